import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { attemptInScratch } from "../debian/attempt-in-scratch.ts";
import { command } from "../debian/command.ts";
import type { FetchOptions } from "../debian/fetch-package.ts";
import { moveIntoPlace } from "../debian/move-into-place.ts";
import { createPrivateApt, type PrivateApt } from "../debian/private-apt.ts";
import { guestModules, withDependencies } from "./guest-modules.ts";
import { vmFiles } from "./vm-files.ts";

/** It carries Linux 6.12, for whose interfaces ptpsim is written; that of Debian 12 itself has no DPLL. */
const suite = "bookworm-backports";

/** Brings a Debian kernel, its modules for the guest and its headers into their private folder; returns its release. */
export async function fetchKernel(options: FetchOptions): Promise<string> {
  if (!existsSync(join(vmFiles.kernel, "VERSION"))) {
    await attemptInScratch(join(vmFiles.dir, ".fetch-kernel-"), options.progress, (dir) => fetchInto(dir, options));
  }
  return (await readFile(join(vmFiles.kernel, "VERSION"), "utf8")).trim();
}

async function fetchInto(dir: string, { mirror, progress }: FetchOptions): Promise<void> {
  const apt = await createPrivateApt(join(dir, "apt"), await mirror(), suite);
  progress(`${suite}: reading the package lists`);
  await apt.update();
  const image = await packageIn(apt, "linux-image-amd64", /^linux-image-[0-9.]+.*-amd64$/);
  const release = image.replace("linux-image-", "");
  const packages = [image, ...(await headerPackages(apt))];
  progress(`${suite}: downloading ${packages.join(", ")} (120 MB)`);
  const debs = await apt.download(packages);
  progress("unpacking");
  const [kernel, unpacked] = [join(dir, "kernel"), join(dir, "unpacked")];
  await mkdir(kernel, { recursive: true });
  for (const deb of debs) {
    await command(["dpkg-deb", "-x", deb, basename(deb).startsWith(`${image}_`) ? unpacked : join(kernel, "headers")]);
  }
  await rename(join(unpacked, `boot/vmlinuz-${release}`), join(kernel, "vmlinuz"));
  await takeModules(unpacked, release, kernel);
  await writeFile(join(kernel, "VERSION"), `${release}\n`);
  await moveIntoPlace(kernel, vmFiles.kernel);
}

/** The headers of the newest kernel, those common to all of its flavours, and the programs it is built with. */
async function headerPackages(apt: PrivateApt): Promise<readonly string[]> {
  const headers = await packageIn(apt, "linux-headers-amd64", /^linux-headers-[0-9.]+.*-amd64$/);
  const needed = namesIn(await apt.dependsOf(headers));
  return [headers, ...needed.filter((name) => /^linux-(headers|kbuild)-/.test(name))];
}

async function packageIn(apt: PrivateApt, meta: string, pattern: RegExp): Promise<string> {
  const depends = await apt.dependsOf(meta);
  const name = namesIn(depends).find((each) => pattern.test(each));
  if (name === undefined) throw new Error(`${meta} of Debian ${suite} names no package ${String(pattern)}: ${depends}`);
  return name;
}

function namesIn(depends: string): readonly string[] {
  return depends.split(/[,|]/).flatMap((each) => /^\s*([a-z0-9][a-z0-9.+-]*)/.exec(each)?.[1] ?? []);
}

/** Unpacks what the guest loads, named in the order of loading: `00-virtio.ko`. */
async function takeModules(unpacked: string, release: string, kernel: string): Promise<void> {
  const folder = ["usr/lib", "lib"].map((each) => join(unpacked, each, "modules", release)).find(existsSync);
  if (folder === undefined) throw new Error(`linux-image-${release} has no folder of modules where Debian puts it`);
  const paths = (await readdir(folder, { recursive: true })).filter((path) => /\.ko(\.xz)?$/.test(path));
  const pathByName = new Map(paths.map((path) => [moduleName(path), join(folder, path)]));
  const contents = new Map<string, Buffer>();
  const read = async (name: string): Promise<Buffer | undefined> => {
    const path = pathByName.get(name);
    if (path === undefined) return undefined;
    if (path.endsWith(".xz")) await command(["xz", "--decompress", path]);
    const content = await readFile(path.replace(/\.xz$/, ""));
    contents.set(name, content);
    return content;
  };
  const ordered = await withDependencies(guestModules, read);
  await mkdir(join(kernel, "modules"), { recursive: true });
  for (const [index, name] of ordered.entries()) {
    const content = contents.get(name);
    if (content) await writeFile(join(kernel, "modules", `${String(index).padStart(2, "0")}-${name}.ko`), content);
  }
}

/** The kernel takes `-` and `_` in names of modules for the same. */
function moduleName(path: string): string {
  return basename(path)
    .replace(/\.ko(\.xz)?$/, "")
    .replaceAll("-", "_");
}
