import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import test from "node:test";
import type { PortIdentity } from "../clock/port-identity.ts";
import { decodeMessage } from "./decode-message.ts";
import { allPorts, encodeResponse } from "./encode-message.ts";
import type { ManagementBodies, ManagementId } from "./management-id.ts";
import { parsePmcText } from "./testing/parse-pmc-text.ts";

const shared = new URL("../../../../../shared/data/", import.meta.url);

/** Every GET that pmc printed: our codec has a place for each value, and brings it back. */
const dumps: Readonly<Record<string, number>> = {
  "lab/pmc/all-GET-oc-3.1.1.txt": 11,
  "lab/pmc/all-GET-oc-4.2.txt": 11,
  "lab/pmc/all-GET-bc-4.2.txt": 15,
  "lab/pmc/all-GET-g1-4.2.txt": 11,
  "lab/pmc/all-GET-oc-4.4.txt": 12,
  "lab/pmc/udp-network-GET-4.4.txt": 1,
  "lab/qemu/tgm-tbc-hw/pmc-bc-hw.txt": 12,
  "daemon/pmc/transcripts.txt": 11,
};

for (const [path, answers] of Object.entries(dumps)) {
  test(`${path}: every printed answer has its place in our TLVs`, (t) => {
    const file = new URL(path, shared);
    if (!existsSync(file)) return t.skip("no ../shared/data beside this checkout");
    const printed = parsePmcText(readFileSync(file, "utf8"));
    for (const { id, portIdentity, body } of printed) {
      assert.ok(!Object.values(body).some((value) => value === undefined || Number.isNaN(value)), JSON.stringify(id));
      const sourcePortIdentity = portIdentity as PortIdentity;
      const envelope = { domainNumber: 24, sequenceId: 0, sourcePortIdentity, targetPortIdentity: allPorts };
      const bytes = encodeResponse(envelope, id, body as unknown as ManagementBodies[ManagementId]);
      const message = decodeMessage(bytes);
      assert.equal(message.kind, "response", id);
      assert.deepEqual(message.portIdentity, portIdentity);
      assert.deepEqual(message.body, body, id);
    }
    assert.equal(printed.length, answers);
  });
}
