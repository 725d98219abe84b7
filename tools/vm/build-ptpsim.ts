import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { attemptInScratch } from "../debian/attempt-in-scratch.ts";
import { command } from "../debian/command.ts";
import { moveIntoPlace } from "../debian/move-into-place.ts";
import { vmFiles } from "./vm-files.ts";

const sources = join(import.meta.dirname, "ptpsim");

/** The description of types for BPF needs a program more, and nobody reads it. */
const withoutTypes = ["CONFIG_DEBUG_INFO_BTF_MODULES="];

/** Compiles ptpsim for the kernel that was fetched unless that was done with these sources; returns whether it did. */
export async function buildPtpsim(progress: (line: string) => void): Promise<boolean> {
  const version = await wantedVersion();
  const built = await readFile(join(vmFiles.ptpsim, "VERSION"), "utf8").catch(() => "");
  if (built.trim() === version) return false;
  progress("compiling ptpsim.ko");
  await attemptInScratch(join(vmFiles.dir, ".build-ptpsim-"), progress, async (dir) => {
    const work = join(dir, "source");
    await mkdir(dir, { recursive: true });
    await cp(sources, work, { recursive: true });
    const headers = await preparedHeaders();
    await command(["make", "--silent", "-C", headers, `M=${work}`, ...withoutTypes, "modules"], { timeoutMs: 120_000 });
    // Debug information is most of it.
    await command(["strip", "--strip-debug", join(work, "ptpsim.ko")]);
    await mkdir(join(dir, "made"));
    await cp(join(work, "ptpsim.ko"), join(dir, "made/ptpsim.ko"));
    await writeFile(join(dir, "made/VERSION"), `${version}\n`);
    await rm(vmFiles.ptpsim, { recursive: true, force: true });
    await moveIntoPlace(join(dir, "made"), vmFiles.ptpsim);
  });
  return true;
}

/** The kernel's release and a hash of the sources. */
async function wantedVersion(): Promise<string> {
  const hash = createHash("sha256");
  for (const name of (await readdir(sources)).toSorted()) {
    hash.update(`${name}\0`).update(await readFile(join(sources, name)));
  }
  const release = (await readFile(join(vmFiles.kernel, "VERSION"), "utf8")).trim();
  return `${release} ${hash.digest("hex").slice(0, 16)}`;
}

/** The folder that modules are made in. Its makefile names the common headers where Debian installs them: that is put right. */
async function preparedHeaders(): Promise<string> {
  const installed = join(vmFiles.kernel, "headers/usr/src");
  const flavour = (await readdir(installed)).find((name) => /^linux-headers-.*-amd64$/.test(name));
  if (flavour === undefined) throw new Error(`no headers of a kernel in ${installed}: remove ${vmFiles.kernel}`);
  const makefile = join(installed, flavour, "Makefile");
  const text = await readFile(makefile, "utf8");
  const moved = text.replaceAll(/(^|[\s=])\/usr\/src\//g, (_, before: string) => `${before}${installed}/`);
  if (moved !== text) await writeFile(makefile, moved);
  return join(installed, flavour);
}
