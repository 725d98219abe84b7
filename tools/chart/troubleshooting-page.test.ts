import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { conditionsByKind, reasons } from "@ptp/api";
import { rootDir } from "./chart-files.ts";

const page = readFileSync(join(rootDir, "docs/troubleshooting.md"), "utf8");
const rows = (page.split("## By reason")[1] ?? "").split("\n## ")[0]?.matchAll(/^\| (`.*?) +\| (.*?) +\|/gm) ?? [];
const wordsIn = (cell: string): readonly string[] => [...cell.matchAll(/`(\w+)`/g)].map(([, word = ""]) => word);
const table = [...rows].map(([, names = "", conditions = ""]) => [wordsIn(names), wordsIn(conditions)] as const);

test("the page knows each reason once, and no other", () => {
  const told = table.flatMap(([names]) => names);
  assert.deepEqual(told.toSorted(), Object.values(reasons).toSorted());
});

test("conditions on the page exist", () => {
  const types = new Set(Object.values(conditionsByKind).flatMap((each) => each.map(({ type }) => type)));
  for (const condition of table.flatMap(([, conditions]) => conditions)) assert.ok(types.has(condition), condition);
});
