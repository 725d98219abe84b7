import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { keptInputs } from "./corpus.ts";
import { runTarget } from "./run-target.ts";
import { fuzzTargets } from "./targets.ts";

// Usage: node tools/fuzz/main.ts [--seconds EACH] [--seed N] [TARGET…]; without names all targets, 4 s each.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "4" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
  },
});
const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
const unknown = positionals.filter((name) => !fuzzTargets.some((target) => target.name === name));
if (unknown.length > 0 || !(seconds >= 0) || !Number.isInteger(seed)) {
  console.error(
    `usage: main.ts [--seconds EACH] [--seed N] [TARGET…]; targets: ${fuzzTargets.map(({ name }) => name).join(", ")}`,
  );
  process.exit(2);
}
const wanted = fuzzTargets.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
console.log(`fuzz: ${wanted.length} targets, ${seconds} s each; repeat with --seed ${seed}`);
for (const target of wanted) {
  const result = runTarget(target, { durationMs: seconds * 1_000, seed, kept: keptInputs(target.name) });
  const rate = Math.round(result.inputs / (result.elapsedMs / 1_000));
  const figures = `${result.inputs} inputs, ${(result.bytes / 1e6).toFixed(1)} MB, ${rate}/s`;
  console.log(`${result.broken === undefined ? "ok    " : "BROKEN"} ${target.name.padEnd(18)} ${figures}`);
  if (result.broken === undefined) continue;
  const folder = join(import.meta.dirname, "../../.cache/fuzz");
  const path = join(folder, `${target.name}-${seed}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, result.broken.input);
  console.log(`${target.title}\n${result.broken.why}`);
  console.log(`the input is ${path}; once it is mended, keep it as tools/fuzz/corpus/${target.name}/<what it is>`);
  process.exitCode = 1;
}
