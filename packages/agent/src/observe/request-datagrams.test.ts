import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeMessage, parsePortIdentity, type ManagementId, type PortIdentity } from "@ptp/ptp";
import { createRequestDatagrams } from "./request-datagrams.ts";

const agent = parsePortIdentity("000000.0000.000000-7") as PortIdentity;

test("createRequestDatagrams: a question that is asked again is the same but for its number", () => {
  const datagrams = createRequestDatagrams(agent);
  const ids: readonly ManagementId[] = ["PORT_DATA_SET", "DEFAULT_DATA_SET"];
  for (const sequenceId of [1, 2, 0x1234, 0xffff, 0]) {
    for (const id of ids) {
      for (const domainNumber of [24, 0]) {
        for (const portNumber of [undefined, 1, 2]) {
          const bytes = datagrams.of({ action: "GET", id, domainNumber, portNumber }, sequenceId);
          const message = decodeMessage(bytes);
          assert.ok(message.kind === "request");
          const { portIdentity, targetPortIdentity } = message;
          assert.deepEqual([message.id, message.domainNumber, message.sequenceId], [id, domainNumber, sequenceId]);
          assert.deepEqual([portIdentity, targetPortIdentity.portNumber], [agent, portNumber ?? 0xffff]);
        }
      }
    }
  }
});

test("createRequestDatagrams: what is written is encoded each time, and must fit", () => {
  const datagrams = createRequestDatagrams(agent);
  const data = { durationS: 10, portState: true, timeSync: false, parentDataSet: true, cmlds: false };
  const question = { action: "SET", id: "SUBSCRIBE_EVENTS_NP", domainNumber: 24 } as const;
  for (const durationS of [10, 20]) {
    const message = decodeMessage(datagrams.of({ ...question, data: { ...data, durationS } }, 1));
    assert.deepEqual(message.kind === "request" && message.body, { ...data, durationS });
  }
  assert.throws(() => datagrams.of({ ...question, data: { ...data, durationS: -1 } }, 1), RangeError);
});
