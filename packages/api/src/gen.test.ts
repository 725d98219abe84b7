import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { crdFolder, generateOutputs, typescriptFolder } from "../generate/outputs.ts";
import { projectRoot } from "./testing/shared-files.ts";

test("generated files are those the schema gives, byte for byte", async () => {
  const outputs = await generateOutputs();
  for (const [path, text] of outputs) {
    assert.equal(readFileSync(join(projectRoot, path), "utf8"), text, `${path} is stale: run npm run generate`);
  }
  for (const folder of [crdFolder, typescriptFolder]) {
    for (const name of readdirSync(join(projectRoot, folder))) {
      assert.ok(outputs.has(`${folder}/${name}`), `${folder}/${name} is no longer generated: run npm run generate`);
    }
  }
});

test("a second run gives the same bytes", async () => {
  assert.deepEqual([...(await generateOutputs())], [...(await generateOutputs())]);
});
