import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The folder of the Go module that pins all programs built from source (absolute). */
export const goModuleDir = join(import.meta.dirname, "../tools");

/** The version go.mod pins for a module, e.g. `v1.36.3`. Throws when it requires no such module. */
export function pinnedVersion(module: string): string {
  const goMod = readFileSync(join(goModuleDir, "go.mod"), "utf8");
  const version = goMod
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .find((words) => words[0] === module && words[1]?.startsWith("v") === true)?.[1];
  if (version === undefined) throw new Error(`tools/kubernetes/tools/go.mod requires no ${module}`);
  return version;
}

/** The Kubernetes version all tests run on, e.g. `v1.36.3`. */
export function kubernetesVersion(): string {
  return pinnedVersion("k8s.io/kubernetes");
}
