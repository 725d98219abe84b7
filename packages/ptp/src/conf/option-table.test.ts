import assert from "node:assert/strict";
import { test } from "node:test";
import { checkValue, describeValue } from "./check-value.ts";
import { linuxptpOptions } from "./linuxptp-options.ts";
import { linuxptpReleases } from "./option-spec.ts";
import { isInRelease, nearestRelease, optionTable } from "./option-table.ts";

test("each release has as many options as its binaries", () => {
  const sizes = linuxptpReleases.map((release) => optionTable("ptp4l", release)?.size);
  assert.deepEqual(sizes, [110, 131, 146]);
  assert.equal(optionTable("phc2sys", "4.4"), optionTable("ts2phc", "4.4"));
  assert.equal(optionTable("synce4l", "4.4")?.size, 34);
  assert.equal(optionTable("chronyd", "4.4"), undefined);
});

test("no release has two rows for a name, and every row is in a release", () => {
  for (const release of linuxptpReleases) {
    const names = linuxptpOptions.filter((spec) => isInRelease(spec, release)).map((spec) => spec.name);
    assert.equal(new Set(names).size, names.length);
  }
  for (const spec of linuxptpOptions) assert.ok(linuxptpReleases.some((release) => isInRelease(spec, release)));
});

test("bounds that changed differ by release", () => {
  const domain = (release: (typeof linuxptpReleases)[number]): string => {
    const spec = optionTable("ptp4l", release)?.get("domainNumber");
    return spec === undefined ? "none" : describeValue(spec);
  };
  assert.deepEqual(linuxptpReleases.map(domain), [
    "an integer from 0 to 127",
    "an integer from 0 to 255",
    "an integer from 0 to 255",
  ]);
});

test("every bound is taken and what lies beyond is refused", () => {
  for (const spec of linuxptpOptions) {
    if (spec.value.type !== "int" && spec.value.type !== "uint") continue;
    const { min, max } = spec.value;
    assert.equal(checkValue(spec, String(min)), undefined);
    assert.equal(checkValue(spec, String(max)), undefined);
    assert.equal(checkValue(spec, String(BigInt(min) - 1n)), "out-of-range");
    assert.equal(checkValue(spec, String(BigInt(max) + 1n)), "out-of-range");
  }
});

test("nearestRelease finds the table for an installed version", () => {
  const cases: readonly (readonly [string, ReturnType<typeof nearestRelease>])[] = [
    ["3.1.1", { release: "3.1.1", exact: true }],
    ["3.1.1-4+b2", { release: "3.1.1", exact: true }],
    ["4.2", { release: "4.2", exact: true }],
    ["v4.4-12-gabcdef\n", { release: "4.4", exact: true }],
    ["4.2.1", { release: "4.2", exact: false }],
    ["4.3", { release: "4.2", exact: false }],
    ["10.0", { release: "4.4", exact: false }],
    ["2.0", { release: "3.1.1", exact: false }],
    ["", undefined],
    ["unknown", undefined],
    ["4", undefined],
  ];
  for (const [version, expected] of cases) assert.deepEqual(nearestRelease(version), expected, version);
});
