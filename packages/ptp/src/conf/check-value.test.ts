import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { checkValue, describeValue, parseInteger } from "./check-value.ts";
import { double, int, mac, oneOf, positiveReal } from "./option-spec.ts";

test("parseInteger reads as strtol with base 0", () => {
  const cases: readonly (readonly [string, bigint | undefined])[] = [
    ["0", 0n],
    ["-7", -7n],
    ["+7", 7n],
    ["0x1F", 31n],
    ["-0x10", -16n],
    ["010", 8n],
    ["08", undefined],
    ["0x", undefined],
    ["1.0", undefined],
    ["1 2", undefined],
    ["", undefined],
    ["18446744073709551615", 18446744073709551615n],
  ];
  for (const [text, expected] of cases) assert.equal(parseInteger(text), expected, text);
});

test("parseInteger reads back every integer in three bases", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n }), (number) => {
      for (const text of [`${number}`, `0x${number.toString(16)}`, `0${number.toString(8)}`])
        assert.equal(parseInteger(text), number);
    }),
  );
});

test("checkValue tells what does not read from what is out of range", () => {
  const cases: readonly (readonly [Parameters<typeof checkValue>[0], string, ReturnType<typeof checkValue>])[] = [
    [int("x", "global", [0, 127]), "127", undefined],
    [int("x", "global", [0, 127]), "128", "out-of-range"],
    [int("x", "global", [0, 127]), "9".repeat(1000), "out-of-range"],
    [int("x", "global", [0, 127]), "ten", "bad-value"],
    [int("x", "port", [-128, 127], { keyword: "ASAP" }), "asap", undefined],
    [double("x", "global", positiveReal), "0.00002", undefined],
    [double("x", "global", positiveReal), "5.", undefined],
    [double("x", "global", positiveReal), ".5e-3", undefined],
    [double("x", "global", positiveReal), "0x10", undefined],
    [double("x", "global", positiveReal), "inf", "out-of-range"],
    [double("x", "global", positiveReal), "-0.1", "out-of-range"],
    [double("x", "global", positiveReal), "nan", "bad-value"],
    [double("x", "global", positiveReal), ".", "bad-value"],
    [oneOf("x", "global", "L2 UDPv4"), "udpv4", undefined],
    [oneOf("x", "global", "L2 UDPv4"), "UDP", "bad-value"],
    [mac("x", "port"), "01:1B:19:00:00:00", undefined],
    [mac("x", "port"), "01:1B:19:00:00", "bad-value"],
  ];
  for (const [spec, value, expected] of cases) assert.equal(checkValue(spec, value), expected, value);
});

test("describeValue says what to write", () => {
  assert.equal(describeValue(int("x", "global", [0, 1])), "0 or 1");
  assert.equal(
    describeValue(int("x", "port", [-128, 127], { keyword: "ASAP" })),
    "an integer from -128 to 127 or ASAP",
  );
  assert.equal(describeValue(double("x", "global", positiveReal)), "a number of at least 0");
  assert.equal(describeValue(double("x", "global", [2.2250738585072014e-308, 1])), "a number above 0, at most 1");
  assert.equal(describeValue(oneOf("x", "global", "L2 UDPv4")), "one of L2, UDPv4");
});
