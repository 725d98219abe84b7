import fc from "fast-check";
import { parsePortIdentity, type PortIdentity } from "../../clock/port-identity.ts";
import { allPorts, encodeError, encodeRequest, encodeResponse } from "../encode-message.ts";
import { managementIds, managementTable } from "../management-id.ts";
import { arbitraryBodies } from "./arbitrary-bodies.ts";
import { recordedAnswers } from "./recorded-answers.ts";

const source = parsePortIdentity("4628ea.fffe.02aa96-1") as PortIdentity;
const envelope = { domainNumber: 24, sequenceId: 7, sourcePortIdentity: source, targetPortIdentity: allPorts };

/**
 * Seeds for a fuzzer of `decodeMessage`, which takes any bytes and never throws: of every TLV each request, an answer and a
 * refusal, and what real ptp4l answered. The same bytes at each call.
 */
export function managementCorpus(): readonly Uint8Array[] {
  const made = managementIds.flatMap((id) => {
    const [body] = fc.sample(arbitraryBodies[id] as fc.Arbitrary<never>, { numRuns: 1, seed: 1 });
    const requests = managementTable[id].actions.map((action) =>
      encodeRequest({ ...envelope, action, id, ...(action !== "GET" && body !== undefined && { data: body }) }),
    );
    const answer = body === undefined ? [] : [encodeResponse(envelope, id, body)];
    return [...requests, ...answer, encodeError(envelope, managementTable[id].code, 2)];
  });
  const recorded = Object.values(recordedAnswers).flat();
  return [...made, ...recorded.map((hex) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16)))];
}
