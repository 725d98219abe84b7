import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { attemptInScratch } from "../../debian/attempt-in-scratch.ts";
import { goBuild, goMissing } from "./go.ts";
import { goModuleDir } from "./kubernetes-version.ts";
import { linkFlags } from "./link-flags.ts";
import { goPackages, programDir, programPath, type GoProgram } from "./programs.ts";

/**
 * Builds those of the programs that are not there, or were built from other sources, and returns which. Each gets a
 * stamp beside it, written after it, so that an interrupted build is done again. Throws where Go is missing.
 */
export async function buildPrograms(
  wanted: readonly GoProgram[],
  progress: (line: string) => void,
): Promise<readonly GoProgram[]> {
  const outdated = wanted.filter((program) => !isCurrent(program));
  if (outdated.length === 0) return [];
  const missing = await goMissing();
  if (missing !== undefined) throw new Error(missing);
  progress(`building ${outdated.join(", ")}: about 10 minutes on 2 cores, under one if Go compiled them before`);
  await attemptInScratch(join(programDir(), ".build-"), progress, async (dir) => {
    await compile(outdated, dir, progress);
    for (const program of outdated) {
      await rename(join(dir, program), programPath(program));
      await writeFile(stampPath(program), stampOf(program));
    }
  });
  return outdated;
}

async function compile(programs: readonly GoProgram[], to: string, progress: (line: string) => void): Promise<void> {
  let compiled = 0;
  let newest = "";
  const startMs = performance.now();
  const tell = (): void => {
    const seconds = Math.round((performance.now() - startMs) / 1000);
    progress(`${seconds} s, ${compiled} packages compiled${newest === "" ? "" : `, newest ${newest}`}`);
  };
  const timer = setInterval(tell, 20_000);
  try {
    await goBuild(
      programs.map((program) => goPackages[program]),
      to,
      (goPackage) => {
        compiled += 1;
        newest = goPackage;
      },
    );
  } finally {
    clearInterval(timer);
  }
  tell();
}

function isCurrent(program: GoProgram): boolean {
  const stamp = stampPath(program);
  return existsSync(programPath(program)) && existsSync(stamp) && readFileSync(stamp, "utf8") === stampOf(program);
}

function stampPath(program: GoProgram): string {
  return `${programPath(program)}.stamp`;
}

/** Equal for equal sources, linked-in versions and kind of machine. */
function stampOf(program: GoProgram): string {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum"]) hash.update(readFileSync(join(goModuleDir, file)));
  hash.update([goPackages[program], linkFlags(), process.platform, process.arch].join("\n"));
  return `${hash.digest("hex")}\n`;
}
