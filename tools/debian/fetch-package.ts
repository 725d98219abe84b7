import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { command } from "./command.ts";
import type { DebianMirror } from "./debian-mirror.ts";
import { createPrivateApt, type PrivateApt } from "./private-apt.ts";

/** What a fetch needs from outside. */
export interface FetchOptions {
  readonly mirror: () => Promise<DebianMirror>;
  readonly progress: (line: string) => void;
}

/** A Debian package unpacked into a folder of its own, not installed. */
export interface FetchedPackage {
  /** The folder it is unpacked in, with the full Debian version in a file VERSION beside its usr/. */
  readonly root: string;
  readonly version: string;
  /** Path of the .deb file. */
  readonly deb: string;
  /** For more packages of the same suite. */
  readonly apt: PrivateApt;
}

/** Downloads one package of a Debian suite into `dir` (which the caller removes) and unpacks it there. */
export async function fetchPackage(
  dir: string,
  { name, suite }: { readonly name: string; readonly suite: string },
  { mirror, progress }: FetchOptions,
): Promise<FetchedPackage> {
  const apt = await createPrivateApt(join(dir, "apt"), await mirror(), suite);
  progress(`${suite}: reading the package lists`);
  await apt.update();
  progress(`${suite}: downloading ${name}`);
  const deb = (await apt.download([name])).find((path) => basename(path).startsWith(`${name}_`));
  if (deb === undefined) throw new Error(`apt-get download left no ${name} package of Debian ${suite}`);
  const version = (await command(["dpkg-deb", "-f", deb, "Version"])).trim();
  const root = join(dir, "root");
  await command(["dpkg", "-x", deb, root]);
  await writeFile(join(root, "VERSION"), `${version}\n`);
  return { root, version, deb, apt };
}
