import assert from "node:assert/strict";
import { test } from "node:test";
import { mayGoUnseen, receiverGapsMs } from "./receiver-gaps.ts";

const line = (uptimeS: string, port: number, change: string): string =>
  `ptp4l[${uptimeS}]: [ptp4l.0.config:5] port ${port} (oc${port}): ${change}`;

test("receiverGapsMs tells how long no port took time", () => {
  const turn = [
    line("10.250", 1, "SLAVE to LISTENING on ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES"),
    '{"message":"clock state changed"}',
    line("10.260", 2, "LISTENING to UNCALIBRATED on RS_SLAVE"),
    line("10.400", 2, "UNCALIBRATED to SLAVE on MASTER_CLOCK_SELECTED"),
  ];
  assert.deepEqual(receiverGapsMs(turn), [150]);
  assert.deepEqual(receiverGapsMs(turn.slice(0, 3)), []);
});

test("receiverGapsMs tells none where another port took over before", () => {
  const turn = [
    line("10.250", 2, "UNCALIBRATED to SLAVE on MASTER_CLOCK_SELECTED"),
    line("10.260", 1, "SLAVE to LISTENING on RS_SLAVE"),
  ];
  assert.deepEqual(receiverGapsMs(turn), []);
});

test("mayGoUnseen: a turn that was shorter than it takes to ask, and nothing before there is one", () => {
  const turn = (untilS: string): readonly string[] => [
    line("10.250", 1, "SLAVE to LISTENING on ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES"),
    line(untilS, 2, "UNCALIBRATED to SLAVE on MASTER_CLOCK_SELECTED"),
  ];
  assert.equal(mayGoUnseen([]), false);
  assert.equal(mayGoUnseen(turn("10.270").slice(0, 1)), false);
  assert.equal(mayGoUnseen(turn("10.270")), true);
  assert.equal(mayGoUnseen(turn("10.350")), false);
});
