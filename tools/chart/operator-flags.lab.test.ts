import { parseOptions } from "@ptp/operator";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { rootDir } from "./chart-files.ts";
import { helmMissing, manifestOf, renderChart, type Values } from "./helm.ts";

const options = helmMissing === undefined ? {} : { skip: helmMissing };
const page = readFileSync(join(rootDir, "docs/chart.md"), "utf8");
const awaited = [...page.matchAll(/^\| `(--[\w-]+)` +\|/gm)].map(([, flag = ""]) => flag);

function isUnderstood(argument: string): boolean {
  try {
    parseOptions(["--directory", "d", argument], "0");
    return true;
  } catch (error) {
    return !(error as Error).message.includes("Unknown argument");
  }
}

function argumentsOf(values: Values): readonly string[] {
  const { template } = manifestOf(renderChart({ values }), "Deployment")["spec"] as {
    template: { spec: { containers: { args: string[] }[] } };
  };
  return template.spec.containers.flatMap(({ args }) => args);
}

test("the operator understands every argument of the chart, but those docs/chart.md lists as missing", options, () => {
  const tls = { source: "secret", secretName: "mine" };
  const given = [...argumentsOf({}), ...argumentsOf({ tls, migration: { publishConfigMap: true } })];
  const missing = given.filter((argument) => !isUnderstood(argument)).map((argument) => argument.replace(/=.*/, ""));
  assert.deepEqual(new Set(missing), new Set(awaited));
});

test("docs/chart.md lists no flag as missing that exists", () => {
  assert.ok(isUnderstood("--log-level=info"));
  const existing = awaited.filter((flag) => isUnderstood(flag));
  assert.deepEqual(existing, [], "remove it from the table, and the whole section once it is empty");
});
