import {
  allPorts,
  encodeRequest,
  renumberRequest,
  type ManagementBodies,
  type ManagementId,
  type PortIdentity,
} from "@ptp/ptp";

/** What is asked of a clock, told of it, or done by one of its ports. */
export interface ManagementQuestion<K extends ManagementId> {
  readonly action: "GET" | "SET" | "COMMAND";
  readonly id: K;
  readonly domainNumber: number;
  readonly data?: ManagementBodies[K];
  /** Absent: all ports. */
  readonly portNumber?: number | undefined;
}

/** Makes the datagrams of one asker. */
export interface RequestDatagrams {
  /** Bytes that are another question's after the next call. Throws a RangeError for data that do not fit. */
  of<K extends ManagementId>(question: ManagementQuestion<K>, sequenceId: number): Uint8Array;
}

/** A node asks a few dozen different questions. */
const maxKept = 256;

/** Creates the maker of datagrams. The same few questions are asked every second: each is encoded once. */
export function createRequestDatagrams(sourcePortIdentity: PortIdentity): RequestDatagrams {
  const kept = new Map<string, Uint8Array>();
  const encode = <K extends ManagementId>(question: ManagementQuestion<K>, sequenceId: number): Uint8Array => {
    const { portNumber = allPorts.portNumber } = question;
    return encodeRequest({
      ...question,
      sequenceId,
      sourcePortIdentity,
      targetPortIdentity: { ...allPorts, portNumber },
    });
  };
  return {
    of: (question, sequenceId) => {
      const { action, id, domainNumber, portNumber = "" } = question;
      if (action !== "GET") return encode(question, sequenceId);
      const key = `${id} ${domainNumber} ${portNumber}`;
      const known = kept.get(key);
      if (known !== undefined) {
        renumberRequest(known, sequenceId);
        return known;
      }
      if (kept.size >= maxKept) kept.clear();
      const bytes = encode(question, sequenceId);
      kept.set(key, bytes);
      return bytes;
    },
  };
}
