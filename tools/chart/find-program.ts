import { accessSync, constants, globSync } from "node:fs";
import { delimiter, join } from "node:path";
import { rootDir } from "./chart-files.ts";

/** Path of helm or promtool: as made in .cache, newest version first, else what the search path has. */
export function findProgram(name: "helm" | "promtool", searchPath: string): string | undefined {
  const built = globSync(`.cache/{kubernetes,promtool}/*/${name}`, { cwd: rootDir })
    .toSorted((a, b) => b.localeCompare(a, "en", { numeric: true }))
    .map((path) => join(rootDir, path));
  const installed = searchPath.split(delimiter).map((folder) => join(folder, name));
  return [...built, ...installed].find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
