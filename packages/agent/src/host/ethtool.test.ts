import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { inventoryLimits } from "@ptp/node";
import { driverQuestion, fecQuestion, timestampingQuestion } from "./ethtool-messages.ts";
import { createLinuxEthtool } from "./linux-ethtool.ts";

function answered(request: Uint8Array<ArrayBuffer>, words: Readonly<Record<number, number>>): Uint8Array {
  for (const [offset, word] of Object.entries(words)) new Int32Array(request.buffer)[Number(offset) / 4] = word;
  return request;
}

test("time stamping: flags and the index of the clock", () => {
  const read = (flags: number, phcIndex: number) =>
    timestampingQuestion.read(answered(timestampingQuestion.request(), { 4: flags, 8: phcIndex }));
  const all = { hardwareTransmit: true, hardwareReceive: true, hardwareRawClock: true };
  assert.deepEqual(read(0x5f, 3), { ...all, phcIndex: 3 });
  assert.deepEqual(read(0x45, 0), { ...all, phcIndex: 0 });
  assert.deepEqual(read(0x1a, -1), { hardwareTransmit: false, hardwareReceive: false, hardwareRawClock: false });
  assert.deepEqual(read(0x1f, -1), { ...all, hardwareRawClock: false });
});

test("forward error correction: names of the bits", () => {
  const read = (active: number, configured: number) =>
    fecQuestion.read(answered(fecQuestion.request(), { 4: active, 8: configured }));
  assert.deepEqual(read(0b1000, 0b10010), { active: ["RS"], configured: ["Auto", "BaseR"] });
  assert.deepEqual(read(0, 0b100101), { active: [], configured: ["None", "Off", "LLRS"] });
});

test("driver: whatever a driver writes is bounded, printable text", () => {
  const request = driverQuestion.request();
  request.set(new TextEncoder().encode("ice"), 4);
  request.fill(0x41, 36, 68);
  request.set(new TextEncoder().encode("4.40 \x07 0x8001c7d5\n\0junk"), 68);
  request.set(new TextEncoder().encode("0000:51:00.0"), 100);
  assert.deepEqual(driverQuestion.read(request), {
    driver: "ice",
    version: "A".repeat(32),
    firmwareVersion: "4.40  0x8001c7d5",
    busInfo: "0000:51:00.0",
  });
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 196, maxLength: 196 }), (answer) => {
      for (const text of Object.values(driverQuestion.read(answer))) {
        assert.match(text, /^[ -~]*$/);
        assert.ok(text.length <= inventoryLimits.textLength);
      }
    }),
  );
});

test("the kernel answers for the test host's own interfaces, and says nothing of others", async (t) => {
  if (process.platform !== "linux") return t.skip("not Linux");
  const ethtool = createLinuxEthtool();
  const software = { hardwareTransmit: false, hardwareReceive: false, hardwareRawClock: false };
  assert.deepEqual(await ethtool.timestamping("lo"), software);
  assert.equal(await ethtool.fec("lo"), undefined);
  for (const name of ["", "no-such-thing", "a".repeat(16), "lo\0", "../lo", "😀😀😀😀"]) {
    assert.equal(await ethtool.timestamping(name), undefined, name);
    assert.equal(await ethtool.driver(name), undefined, name);
  }
  const many = await Promise.all(Array.from({ length: 200 }, () => ethtool.timestamping("lo")));
  assert.deepEqual(new Set(many.map((facts) => JSON.stringify(facts))), new Set([JSON.stringify(software)]));
});
