import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { initialUbxReader, readUbxLine, type UbxFact } from "./ubx-lines.ts";

function read(lines: readonly string[]): readonly UbxFact[] {
  let reader = initialUbxReader;
  return lines.flatMap((line) => {
    const step = readUbxLine(reader, line);
    ({ reader } = step);
    return step.fact ?? [];
  });
}

const timeLs = [
  "UBX-NAV-TIMELS:",
  "  iTOW 376008000 version 0 reserved2 0 0 0 srcOfCurrLs 2",
  "  currLs 18 srcOfLsChange 2 lsChange -1 timeToLsEvent -77643210",
  "  dateOfLsGpsWn 2441 dateOfLsGpsDn 7 reserved2 0 0 0",
  "  valid x3",
];

const indication = {
  currentSource: 2,
  currentLeapS: 18,
  changeS: -1,
  secondsToEvent: -77_643_210,
  eventGpsWeek: 2441,
  eventGpsDay: 7,
  valid: 3,
};

test("facts stand on lines after a message's name", () => {
  const lines = [
    "UBX-NAV-STATUS:",
    "  iTOW 1000 gpsFix 5 flags 0xdd",
    "UBX-NAV-CLOCK:",
    "  iTOW 1000 clkB 1 clkD 2 tAcc 7 fAcc 9",
    "UBX-NAV-STATUS:",
    "UBX-NAV-CLOCK:",
    "  nonsense",
  ];
  assert.deepEqual(read(lines), [
    { kind: "gnss-fix", fix: 5 },
    { kind: "gnss-time-accuracy", accuracyNs: 7 },
  ]);
});

test("UBX-NAV-TIMELS: the fields of its lines are one fact", () => {
  assert.deepEqual(read(timeLs), [{ kind: "gnss-leap", indication }]);
});

test("UBX-NAV-TIMELS: whatever is missing, broken or in its way costs this message alone", () => {
  const status = ["UBX-NAV-STATUS:", "  iTOW 437000 gpsFix 3 flags 0xdd"];
  for (let place = 0; place < timeLs.length; place += 1) {
    const facts = [{ kind: "gnss-fix", fix: 3 }];
    assert.deepEqual(read([...timeLs.toSpliced(place, 1), ...status]), facts, `without line ${place}`);
    assert.deepEqual(read([...timeLs.toSpliced(place, 1, "  …"), ...status]), facts, `broken line ${place}`);
  }
  const interrupted = [...timeLs.slice(0, 3), ...status, ...timeLs.slice(3)];
  assert.deepEqual(read(interrupted), [{ kind: "gnss-fix", fix: 3 }]);
  assert.deepEqual(read(timeLs.with(2, "  currLs 18x srcOfLsChange 2 lsChange 0 timeToLsEvent 5")), []);
  assert.deepEqual(read(timeLs.with(4, "  valid xzz")), []);
});

test("any lines at all are read, and nothing is kept of them beyond one message", () => {
  const words = fc.constantFrom(
    ...timeLs,
    "UBX-NAV-CLOCK:",
    "  tAcc 23",
    "UBX-NAV-STATUS:",
    "  gpsFix 3",
    "UBX-MON-VER:",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(words, fc.string())), (lines) => {
      let reader = initialUbxReader;
      for (const line of lines) ({ reader } = readUbxLine(reader, line));
      assert.ok((reader.lines ?? []).length < 4);
    }),
  );
  assert.deepEqual(readUbxLine({ message: "UBX-NAV-CLOCK" }, "x".repeat(5000)), { reader: initialUbxReader });
});
