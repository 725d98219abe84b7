import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { chartDir } from "./chart-files.ts";
import { readmeText } from "./readme-text.ts";

const read = (name: string) => readFileSync(join(chartDir, name), "utf8");

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
}

/** Paths that a schema lists, and which lists are open to any key. */
function schemaPaths({ properties = {} }: Schema, prefix = ""): string[] {
  return Object.entries(properties).flatMap(([key, schema]) =>
    schema.properties === undefined ? [`${prefix}${key}`] : schemaPaths(schema, `${prefix}${key}.`),
  );
}

function valuePaths(values: object, known: ReadonlySet<string>, prefix = ""): string[] {
  return Object.entries(values).flatMap(([key, value]: [string, unknown]) => {
    const path = `${prefix}${key}`;
    const isLeaf = known.has(path) || typeof value !== "object" || value === null;
    return isLeaf ? [path] : valuePaths(value, known, `${path}.`);
  });
}

test("schema and values know the same keys, and the schema no others", () => {
  const schema = JSON.parse(read("values.schema.json")) as Schema;
  const known = schemaPaths(schema).filter((path) => path !== "global");
  const given = valuePaths(parse(read("values.yaml")) as object, new Set(known));
  assert.deepEqual(given.toSorted(), known.toSorted());
  const closed = (part: Schema): boolean =>
    part.properties === undefined ||
    (part.additionalProperties === false && Object.values(part.properties).every(closed));
  assert.ok(closed(schema));
});

test("the README's table is that of values.yaml", async () => {
  const readme = read("README.md");
  assert.equal(readme, await readmeText(readme, read("values.yaml")), "run: node tools/chart/write-readme.ts");
});
