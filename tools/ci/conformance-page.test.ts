import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "../..");

interface Row {
  readonly number: string;
  readonly where: string;
}

const rows: readonly Row[] = readFileSync(join(root, "docs/conformance.md"), "utf8")
  .split("\n")
  .flatMap((line) => {
    const [, number = "", , where = ""] = line.startsWith("|") ? line.split("|").map((cell) => cell.trim()) : [];
    return /^[VSP]\d+$/.test(number) ? [{ number, where }] : [];
  });

const namedTests = ({ where }: Row) =>
  [...where.matchAll(/`(\S+\.test\.ts): ([^`]+)`/g)].map(([, file = "", name = ""]) => ({ file, name }));

const count = (letter: string, to: number) => Array.from({ length: to }, (_, at) => `${letter}${at + 1}`);

test("docs/conformance.md: every case of the existing suite, once, in order", () => {
  assert.deepEqual(
    rows.map(({ number }) => number),
    [...count("V", 5), ...count("S", 46), ...count("P", 2)],
  );
});

test("docs/conformance.md: each case has a test, or the reason why not", () => {
  const empty = rows.filter((row) => namedTests(row).length === 0 && !/^not|benchmarks/.test(row.where));
  assert.deepEqual(empty, []);
});

for (const row of rows) {
  for (const { file, name } of namedTests(row)) {
    test(`${row.number}: ${file} has "${name}"`, () => {
      assert.ok(readFileSync(join(root, file), "utf8").includes(name));
    });
  }
}
