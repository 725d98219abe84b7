import {
  decodeMessage,
  encodeRequest,
  parsePortIdentity,
  type ManagementId,
  type ManagementBodies,
  type ManagementMessage,
} from "@ptp/ptp";
import { setTimeout as sleep } from "node:timers/promises";
import { openLinuxDatagramPort } from "../../packages/agent/src/host/linux-datagram.ts";

/** Asks one ptp4l of a host, with nothing of the agent in between. */
export interface ClockProbe extends AsyncDisposable {
  /** The first answer, or undefined when none comes within 20 ms (nobody listens, or ptp4l is busy starting). */
  get<K extends ManagementId>(id: K): Promise<ManagementBodies[K] | undefined>;
}

/** Which ptp4l. */
export interface ProbeTarget {
  /** Its management socket as this program sees it. */
  readonly socketPath: string;
  readonly domainNumber: number;
  /** Socket of the probe: a path that means the same file in the host. */
  readonly ownPath: string;
}

const answerLimitMs = 20;

/** Opens a probe. */
export async function openClockProbe({ socketPath, domainNumber, ownPath }: ProbeTarget): Promise<ClockProbe> {
  const sourcePortIdentity = parsePortIdentity("000000.0000.000000-4711");
  if (sourcePortIdentity === undefined) throw new Error("not a port identity");
  let sequenceId = 0;
  let heard: (message: ManagementMessage) => void = () => undefined;
  const port = await openLinuxDatagramPort({
    path: ownPath,
    onDatagram: (bytes) => heard(decodeMessage(bytes)),
    onFailure: (error) => {
      throw error;
    },
  });
  return {
    get: async <K extends ManagementId>(id: K) => {
      sequenceId = (sequenceId + 1) & 0xffff;
      const answer = Promise.withResolvers<ManagementBodies[K]>();
      heard = (message) => {
        if (message.kind !== "response" || message.sequenceId !== sequenceId || message.id !== id) return;
        answer.resolve(message.body as ManagementBodies[K]);
      };
      const request = { action: "GET", id, domainNumber, sequenceId, sourcePortIdentity } as const;
      if (port.sendTo(encodeRequest(request), socketPath) !== undefined) return undefined;
      return await Promise.race([answer.promise, sleep(answerLimitMs, undefined)]);
    },
    [Symbol.asyncDispose]: () => port.close(),
  };
}
