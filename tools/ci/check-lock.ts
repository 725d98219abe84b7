import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { lockFindings, type Manifest } from "./lock-findings.ts";

/** Reads the manifests of the repository at `root` and returns what is wrong with its lock file. */
export function checkLock(root: string): readonly string[] {
  const read = (path: string): unknown => JSON.parse(readFileSync(join(root, path), "utf8"));
  if (!existsSync(join(root, "package-lock.json"))) return ["package-lock.json is missing"];
  const folders = globSync("packages/*/package.json", { cwd: root }).map((path) => path.replace("/package.json", ""));
  const manifests = Object.fromEntries(
    ["", ...folders].map((folder) => [folder, read(join(folder, "package.json")) as Manifest]),
  );
  const { packages } = read("package-lock.json") as { packages: Record<string, Manifest> };
  return lockFindings(manifests, packages);
}
