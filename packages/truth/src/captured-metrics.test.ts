import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { metricFamilies, type MetricFamily } from "./metric-samples.ts";
import { sharedMissing } from "./testing/shared-files.ts";

const captures = fileURLToPath(new URL("../../../../shared/data/events/captures/", import.meta.url));
const skip = !existsSync(captures) && sharedMissing;
const families: readonly MetricFamily[] = Object.values(metricFamilies);
const familyOf = (name: string) => families.find((family) => family.name === name);

/** Lines of all pages that were captured of the existing stack. */
function capturedLines(): readonly string[] {
  const pages = readdirSync(captures).filter((name) => name.endsWith(".metrics.txt"));
  return pages.flatMap((name) => readFileSync(join(captures, name), "utf8").split("\n"));
}

test("what the existing stack exports has the same name, type and labels here", { skip }, () => {
  const lines = capturedLines();
  const types = lines.flatMap((line) => {
    const [, name = "", type = ""] = /^# TYPE (openshift_ptp_\w+) (\w+)$/.exec(line) ?? [];
    return name === "" ? [] : [{ name, type }];
  });
  assert.ok(types.length > 40);
  for (const { name, type } of types) assert.equal(familyOf(name)?.type, type, name);
  let compared = 0;
  for (const line of lines) {
    const [, name = "", labels = ""] = /^(openshift_ptp_\w+)\{(.*)\} \S+$/.exec(line) ?? [];
    if (name === "") continue;
    const names = [...labels.matchAll(/(\w+)="/g)].map(([, label = ""]) => label).toSorted();
    assert.deepEqual(names, familyOf(name)?.labels.toSorted(), line);
    compared += 1;
  }
  assert.ok(compared > 90);
});

test("values that were captured of an enumeration are in ours", { skip }, () => {
  const enumerated = families.filter(({ help }) => /^-?\d+ ?= ?\w/.test(help));
  const values = (help: string) => [...help.matchAll(/(-?\d+) ?=/g)].map(([, value]) => Number(value));
  let compared = 0;
  for (const line of capturedLines()) {
    const [, name = "", value = ""] = /^(openshift_ptp_\w+)\{.*\} (\S+)$/.exec(line) ?? [];
    const family = enumerated.find((each) => each.name === name);
    if (family === undefined) continue;
    assert.ok(values(family.help).includes(Number(value)), line);
    compared += 1;
  }
  assert.ok(compared > 30);
});
