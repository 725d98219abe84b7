import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { attemptInScratch } from "../debian/attempt-in-scratch.ts";
import { command } from "../debian/command.ts";
import type { FetchOptions } from "../debian/fetch-package.ts";
import { moveIntoPlace } from "../debian/move-into-place.ts";
import { createPrivateApt } from "../debian/private-apt.ts";
import { vmFiles } from "./vm-files.ts";

/** Debian 12 with a QEMU that is twice as fast as its own. */
const suites = ["bookworm", "bookworm-backports"] as const;

/** What is unpacked in any case; of what these need only what the machine lacks. */
const packages = ["qemu-system-x86", "qemu-system-common", "qemu-system-data", "seabios", "busybox-static"];

/** How to start QEMU: it finds its libraries and firmware in the folder it is unpacked in. */
export interface Emulator {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** A busybox without libraries. */
  readonly busybox: string;
}

/** Gives the emulator that was fetched. */
export function emulatorIn(root: string): Emulator {
  const libraries = ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"].map((each) => join(root, each));
  const firmware = ["usr/share/qemu", "usr/share/seabios"].flatMap((each) => ["-L", join(root, each)]);
  return {
    argv: [join(root, "usr/bin/qemu-system-x86_64"), ...firmware],
    env: { LD_LIBRARY_PATH: libraries.join(":") },
    busybox: [join(root, "bin/busybox"), join(root, "usr/bin/busybox")].find(existsSync) ?? join(root, "bin/busybox"),
  };
}

/** Brings QEMU and busybox into their private folder unless they are there and run; returns the version. */
export async function fetchEmulator(options: FetchOptions): Promise<string> {
  const known = await versionOf(vmFiles.emulator).catch(() => undefined);
  if (known !== undefined) return known;
  await rm(vmFiles.emulator, { recursive: true, force: true });
  return attemptInScratch(join(vmFiles.dir, ".fetch-emulator-"), options.progress, async (dir) => {
    const root = join(dir, "root");
    await unpackInto(root, dir, options);
    await writeFile(join(root, "VERSION"), `${(await versionText(root)).trim()}\n`);
    await moveIntoPlace(root, vmFiles.emulator);
    return versionOf(vmFiles.emulator);
  });
}

async function unpackInto(root: string, dir: string, { mirror, progress }: FetchOptions): Promise<void> {
  const apt = await createPrivateApt(join(dir, "apt"), await mirror(), ...suites);
  progress("reading the package lists");
  await apt.update();
  progress(`downloading ${packages.join(", ")} and what they need`);
  const debs = [...(await apt.downloadMissing(packages)), ...(await apt.download(packages))];
  await mkdir(root, { recursive: true });
  for (const deb of debs) await command(["dpkg-deb", "-x", deb, root]);
  // Optional parts of QEMU would be looked for where Debian installs them.
  const modules = join(root, "usr/lib/x86_64-linux-gnu/qemu");
  if (existsSync(modules)) for (const name of await readdir(modules)) await rm(join(modules, name));
}

async function versionOf(root: string): Promise<string> {
  // A folder from another machine may lack libraries that were installed there.
  await versionText(root);
  return (await readFile(join(root, "VERSION"), "utf8")).trim();
}

async function versionText(root: string): Promise<string> {
  const { argv, env, busybox } = emulatorIn(root);
  await command([busybox, "true"]);
  const text = await command([...argv, "--version"], { env });
  return text.split("\n")[0] ?? "";
}
