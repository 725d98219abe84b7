import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { crdFolder, generateOutputs, typescriptFolder } from "./outputs.ts";

const root = join(import.meta.dirname, "../../..");

/** Writes every generated file and removes those no kind produces any more. */
async function main(): Promise<void> {
  const outputs = await generateOutputs();
  for (const folder of [crdFolder, typescriptFolder]) {
    mkdirSync(join(root, folder), { recursive: true });
    for (const name of readdirSync(join(root, folder))) {
      if (!outputs.has(`${folder}/${name}`)) rmSync(join(root, folder, name));
    }
  }
  for (const [path, text] of outputs) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  console.log(`api: ${outputs.size} files generated`);
}

await main();
