import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rootDir } from "./chart-files.ts";
import { plainManifests } from "./plain-manifests.ts";

// Writes dist/ptp-operator.yaml and dist/ptp-operator-remove.yaml: the chart for people without Helm.
const dir = join(rootDir, "dist");
mkdirSync(dir, { recursive: true });
for (const [name, text] of Object.entries(plainManifests())) {
  writeFileSync(join(dir, name), text);
  console.log(`manifests: dist/${name} (${Math.round(text.length / 1024)} KiB)`);
}
