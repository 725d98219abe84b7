import assert from "node:assert/strict";
import test from "node:test";
import { decodeMessage } from "./decode-message.ts";
import { encodeResponse } from "./encode-message.ts";
import { managementIds, type ManagementBodies, type ManagementId } from "./management-id.ts";
import { recordedAnswers } from "./testing/recorded-answers.ts";

const bodyAt = 46;

/** Those that no ptp4l answered when the recording was made: commands, and what Debian's builds do not know. */
const unrecorded: readonly ManagementId[] = [
  "ENABLE_PORT",
  "DISABLE_PORT",
  "PORT_STATS_NP",
  "CMLDS_INFO_NP",
  "EXTERNAL_GRANDMASTER_PROPERTIES_NP",
];
const recordedIds = managementIds.filter((id) => !unrecorded.includes(id));

for (const [release, answers] of Object.entries(recordedAnswers)) {
  test(`ptp4l ${release}: recorded answers are understood and encode to the same bytes`, () => {
    const seen = new Set<ManagementId>();
    for (const hex of answers) {
      const bytes = Uint8Array.from(Buffer.from(hex, "hex"));
      const message = decodeMessage(bytes);
      assert.equal(message.kind, "response", hex);
      seen.add(message.id);
      const envelope = { ...message, sourcePortIdentity: message.portIdentity };
      const encoded = encodeResponse<ManagementId>(envelope, message.id, message.body);
      // Before the body ptp4l may set a minor version and its own log interval.
      assert.deepEqual(encoded.subarray(bodyAt), bytes.subarray(bodyAt), message.id);
    }
    assert.deepEqual(seen, new Set(recordedIds));
  });
}

function recorded<K extends ManagementId>(id: K): ManagementBodies[K] | undefined {
  for (const hex of recordedAnswers["4.4"] ?? []) {
    const message = decodeMessage(Uint8Array.from(Buffer.from(hex, "hex")));
    if (message.kind === "response" && message.id === id) return message.body as ManagementBodies[K];
  }
  return undefined;
}

test("ptp4l 4.4: recorded values in our units", () => {
  const grandmasterIdentity = "dacaad.fffe.3000d6";
  assert.deepEqual(recorded("CURRENT_DATA_SET"), { stepsRemoved: 1, offsetNs: -102, meanPathDelayNs: 1744 });
  assert.deepEqual(recorded("PARENT_DATA_SET"), {
    parentPortIdentity: { clockIdentity: grandmasterIdentity, portNumber: 1 },
    parentStats: false,
    observedParentOffsetScaledLogVariance: 0xffff,
    observedParentClockPhaseChangeRate: 0x7fffffff,
    grandmasterPriority1: 128,
    grandmasterClockClass: 6,
    grandmasterClockAccuracy: 0x21,
    grandmasterOffsetScaledLogVariance: 0xffff,
    grandmasterPriority2: 128,
    grandmasterIdentity,
  });
  const status = recorded("TIME_STATUS_NP");
  assert.deepEqual([status?.offsetNs, status?.ingressTimeNs], [239, 1795257100721916565n]);
  assert.deepEqual(recorded("PORT_PROPERTIES_NP"), {
    portIdentity: { clockIdentity: "566253.fffe.4fccb5", portNumber: 1 },
    portState: "UNCALIBRATED",
    timestamping: 0,
    interfaceName: "bc0",
  });
  assert.equal(recorded("PORT_DATA_SET")?.logSyncInterval, -4);
  assert.equal(recorded("TIME_PROPERTIES_DATA_SET")?.currentUtcOffsetS, 37);
});
