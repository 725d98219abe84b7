import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { attemptInScratch } from "../../debian/attempt-in-scratch.ts";
import { command } from "../../debian/command.ts";
import { fetchPackage, type FetchedPackage, type FetchOptions } from "../../debian/fetch-package.ts";
import { moveIntoPlace } from "../../debian/move-into-place.ts";
import { upstreamRelease } from "../../debian/upstream-release.ts";
import { linuxptpDir, suiteNotePath, type LinuxptpRelease } from "./releases.ts";

/**
 * Brings one linuxptp release into its private folder and returns the upstream release that came, which is another one
 * when the suite has moved on. Does nothing when it is there already.
 */
export async function fetchLinuxptp(wanted: LinuxptpRelease, options: FetchOptions): Promise<string> {
  const known = await alreadyFetched(wanted);
  if (known !== undefined) return known;
  const scratch = join(dirname(linuxptpDir(wanted.release)), `.fetch-${wanted.suite}-`);
  return attemptInScratch(scratch, options.progress, (dir) => fetchInto(dir, wanted, options));
}

async function alreadyFetched({ release, suite }: LinuxptpRelease): Promise<string | undefined> {
  if (existsSync(join(linuxptpDir(release), "VERSION"))) return release;
  const note = suiteNotePath(suite);
  if (!existsSync(note)) return undefined;
  const carried = (await readFile(note, "utf8")).trim();
  return existsSync(join(linuxptpDir(carried), "VERSION")) ? carried : undefined;
}

async function fetchInto(dir: string, { suite }: LinuxptpRelease, options: FetchOptions): Promise<string> {
  const fetched = await fetchPackage(dir, { name: "linuxptp", suite }, options);
  await addRuntime(fetched, (line) => options.progress(`${suite}: ${line}`));
  const release = upstreamRelease(fetched.version);
  await moveIntoPlace(fetched.root, linuxptpDir(release));
  await writeFile(suiteNotePath(suite), `${release}\n`);
  return release;
}

/** Writes `run/<program>` for each program; adds the libraries of the suite itself where this machine's are too old. */
async function addRuntime({ root, deb, apt }: FetchedPackage, progress: (line: string) => void): Promise<void> {
  await writeWrappers(root, undefined);
  if (await runs(root)) return;
  const libraries = directDependencies(await command(["dpkg-deb", "-f", deb, "Depends"]));
  progress(`this machine's libraries do not fit, downloading ${libraries.join(" ")}`);
  for (const library of await apt.download(libraries)) {
    if (library !== deb) await command(["dpkg", "-x", library, join(root, "runtime")]);
  }
  await writeWrappers(root, await findLoader(join(root, "runtime")));
  await command([join(root, "run/ptp4l"), "-v"]);
}

async function runs(root: string): Promise<boolean> {
  return command([join(root, "run/ptp4l"), "-v"]).then(
    () => true,
    () => false,
  );
}

/** The shared libraries among a Depends field: first alternative, without version constraints. */
export function directDependencies(depends: string): readonly string[] {
  return depends
    .split(",")
    .map((alternatives) => /^\s*([a-z0-9][a-z0-9.+-]*)/.exec(alternatives)?.[1] ?? "")
    .filter((name) => name.startsWith("lib"));
}

/** The dynamic loader inside an unpacked libc, relative to the release's folder. */
async function findLoader(libraries: string): Promise<string> {
  const names = await readdir(libraries, { recursive: true });
  const loader = names.find((name) => /(^|\/)ld-linux[^/]*\.so\.\d+$/.test(name) && name.includes("-linux-gnu"));
  if (loader === undefined) throw new Error("the libc package has no dynamic loader where Debian puts it");
  return join("runtime", loader);
}

async function writeWrappers(root: string, loader: string | undefined): Promise<void> {
  await mkdir(join(root, "run"), { recursive: true });
  for (const program of await readdir(join(root, "usr/sbin"))) {
    const path = join(root, "run", program);
    await writeFile(path, wrapper(program, loader));
    await chmod(path, 0o755);
  }
}

/** `exec` keeps one process: pid, signals and exit status are the program's own. */
function wrapper(program: string, loader: string | undefined): string {
  const start =
    loader === undefined
      ? `exec "$here/usr/sbin/${program}" "$@"`
      : `exec "$here/${loader}" --library-path "$here/${dirname(loader)}" "$here/usr/sbin/${program}" "$@"`;
  return `#!/bin/sh\nhere=\${0%/*}/..\n${start}\n`;
}
