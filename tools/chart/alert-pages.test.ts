import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { chartDir, readAlertRules, rootDir } from "./chart-files.ts";

const alerts = readAlertRules().map(({ alert }) => alert);
const pageOf = (name: string) => readFileSync(join(rootDir, "docs/alerts", `${name}.md`), "utf8");
const commandsIn = (page: string) => [...page.matchAll(/```sh\n([^`]*)```/g)].map(([, command = ""]) => command.trim());

interface Crd {
  readonly spec: {
    readonly names: { readonly singular: string; readonly plural: string };
    readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: FieldSchema } }[];
  };
}
interface FieldSchema {
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly items?: FieldSchema;
}
const crds = globSync("files/crds/*.yaml", { cwd: chartDir }).map(
  (path) => parse(readFileSync(join(chartDir, path), "utf8")) as Crd,
);
const kubernetesResources = ["pod", "node", "servicemonitor", "secret", "configmap"];
const resources = new Set([
  ...kubernetesResources,
  ...crds.flatMap(({ spec: { names } }) => [names.singular, names.plural]),
]);

test("alerts and pages are the same, and the list has them all", () => {
  const pages = globSync("docs/alerts/*.md", { cwd: rootDir }).map((path) => basename(path, ".md"));
  assert.deepEqual(pages.filter((name) => name !== "README").toSorted(), alerts.toSorted());
  const listed = [...pageOf("README").matchAll(/^\| \[(\w+)\]\(\1\.md\)/gm)].map(([, name = ""]) => name);
  assert.deepEqual(listed.toSorted(), alerts.toSorted());
});

for (const alert of alerts) {
  test(`${alert} says what it means, what causes it, what to look at and what to do`, () => {
    const page = pageOf(alert);
    const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
    assert.deepEqual(headings, [alert, "Meaning", "Causes", "What to look at", "What to do"]);
    assert.ok(commandsIn(page).length >= 2, "commands to run");
  });
}

test("pages link to pages that exist", () => {
  for (const name of [...alerts, "README"]) {
    for (const [, target = ""] of pageOf(name).matchAll(/\]\((\w+)\.md\)/g)) {
      assert.ok(alerts.includes(target), `${name} links to ${target}`);
    }
  }
});

test("commands name resources that exist", () => {
  for (const [command, resource = ""] of commands(/kubectl [^|]*?\b(?:get|describe) ([\w,]+)/)) {
    for (const name of resource.split(",")) assert.ok(resources.has(name), `${name} in: ${command}`);
  }
});

test("commands read fields that exist", () => {
  const device = crds.find(({ spec }) => spec.names.singular === "nodeptpdevice");
  const status = device?.spec.versions[0]?.schema.openAPIV3Schema.properties?.["status"]?.properties ?? {};
  let read = 0;
  for (const [command = "", list = "", inner = ""] of commands(/\{range \.status\.(\w+)\[\*\](\.\w+)?/)) {
    const entry = status[list]?.items?.properties;
    const fields = inner === "" ? entry : entry?.[inner.slice(1)]?.items?.properties;
    for (const [, field = ""] of command.replace(/\{range [^}]*\}/, "").matchAll(/\{\.(\w+)/g)) {
      assert.ok(fields?.[field], `${list}${inner}.${field} in: ${command}`);
      read += 1;
    }
  }
  assert.ok(read > 10);
});

test("ptpctl has the commands that pages use", () => {
  const files = globSync("packages/ptpctl/src/commands/*-command.ts", { cwd: rootDir });
  const known = new Set(files.map((path) => basename(path, "-command.ts")));
  const used = commands(/ptpctl (\w+)/).map(([, name = ""]) => name);
  assert.ok(used.length > 0);
  for (const name of used) assert.ok(known.has(name), `ptpctl ${name}`);
});

/** Matches of a pattern in all commands of all pages: the whole command, then the groups. */
function commands(pattern: RegExp): readonly (readonly (string | undefined)[])[] {
  return [...alerts, "README"].flatMap((name) =>
    commandsIn(pageOf(name)).flatMap((command) => {
      const match = pattern.exec(command);
      return match === null ? [] : [[command, ...match.slice(1)]];
    }),
  );
}
