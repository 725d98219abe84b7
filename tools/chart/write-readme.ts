import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chartDir } from "./chart-files.ts";
import { readmeText } from "./readme-text.ts";

// Usage: node tools/chart/write-readme.ts, after a change of values.yaml.
const values = readFileSync(join(chartDir, "values.yaml"), "utf8");
const path = join(chartDir, "README.md");
writeFileSync(path, await readmeText(readFileSync(path, "utf8"), values));
