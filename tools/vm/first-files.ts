import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { cpioArchive, type ArchiveEntry } from "./cpio-archive.ts";
import { emulatorIn } from "./fetch-emulator.ts";
import { vmFiles } from "./vm-files.ts";

const program = 0o100755;
const file = 0o100644;
const folder = 0o040755;

/** What the kernel of the test machine starts from: busybox, modules, and the script that does the rest. */
export async function firstFiles(): Promise<Buffer> {
  const { busybox } = emulatorIn(vmFiles.emulator);
  const modules = join(vmFiles.kernel, "modules");
  const entries: ArchiveEntry[] = [
    { path: "bin", mode: folder },
    { path: "bin/busybox", mode: program, content: await readFile(busybox) },
    { path: "init", mode: program, content: await readFile(join(import.meta.dirname, "guest-init.sh")) },
    { path: "ptpsim.ko", mode: file, content: await readFile(join(vmFiles.ptpsim, "ptpsim.ko")) },
    { path: "modules", mode: folder },
  ];
  for (const name of (await readdir(modules)).toSorted()) {
    entries.push({ path: `modules/${name}`, mode: file, content: await readFile(join(modules, name)) });
  }
  return cpioArchive(entries);
}
