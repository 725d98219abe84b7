import assert from "node:assert/strict";
import { test } from "node:test";
import { cpioArchive } from "./cpio-archive.ts";

test("cpioArchive: each record begins at a multiple of four and says what follows", () => {
  const archive = cpioArchive([
    { path: "bin", mode: 0o040755 },
    { path: "init", mode: 0o100755, content: Buffer.from("#!/bin") },
  ]);
  const records = archive.toString("latin1").split("070701").slice(1);
  assert.deepEqual(
    records.map((record) => record.slice(104).split("\0")[0]),
    ["bin", "init", "TRAILER!!!"],
  );
  for (const record of records) assert.equal((record.length + 6) % 4, 0);
  const field = (record: string | undefined, index: number): number =>
    Number.parseInt(record?.slice(index * 8, index * 8 + 8) ?? "", 16);
  assert.deepEqual([field(records[1], 1), field(records[1], 6), field(records[1], 11)], [0o100755, 6, 5]);
  assert.ok(records[1]?.endsWith("init\0\0#!/bin\0\0"));
});
