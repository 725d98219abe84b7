import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { command } from "./command.ts";
import type { DebianMirror } from "./debian-mirror.ts";
import { createPrivateApt, type PrivateApt } from "./private-apt.ts";
import { linuxptpDir, suiteNotePath, type LinuxptpRelease } from "./releases.ts";

/** What a fetch needs from outside. */
export interface FetchOptions {
  readonly mirror: () => Promise<DebianMirror>;
  readonly progress: (line: string) => void;
}

/**
 * Brings one linuxptp release into its private folder and returns the upstream release that came, which is another one
 * when the suite has moved on. Does nothing when it is there already.
 */
export async function fetchLinuxptp(wanted: LinuxptpRelease, options: FetchOptions): Promise<string> {
  const known = await alreadyFetched(wanted);
  if (known !== undefined) return known;
  const parent = dirname(linuxptpDir(wanted.release));
  await mkdir(parent, { recursive: true });
  const work = await mkdtemp(join(parent, `.fetch-${wanted.suite}-`));
  try {
    return await retried(3, options.progress, async (attempt) => {
      const dir = join(work, String(attempt));
      return fetchInto(dir, wanted, options);
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function alreadyFetched({ release, suite }: LinuxptpRelease): Promise<string | undefined> {
  if (existsSync(join(linuxptpDir(release), "VERSION"))) return release;
  const note = suiteNotePath(suite);
  if (!existsSync(note)) return undefined;
  const carried = (await readFile(note, "utf8")).trim();
  return existsSync(join(linuxptpDir(carried), "VERSION")) ? carried : undefined;
}

async function fetchInto(dir: string, { suite }: LinuxptpRelease, options: FetchOptions): Promise<string> {
  const { progress } = options;
  const apt = await createPrivateApt(join(dir, "apt"), await options.mirror(), suite);
  progress(`${suite}: reading the package lists`);
  await apt.update();
  progress(`${suite}: downloading linuxptp`);
  const deb = (await apt.download(["linuxptp"])).find((path) => basename(path).startsWith("linuxptp_"));
  if (deb === undefined) throw new Error(`apt-get download left no linuxptp package of Debian ${suite}`);
  const version = (await command(["dpkg-deb", "-f", deb, "Version"])).trim();
  const root = join(dir, "root");
  await command(["dpkg", "-x", deb, root]);
  await addRuntime(root, { suite, deb, apt, progress });
  await writeFile(join(root, "VERSION"), `${version}\n`);
  const release = upstreamRelease(version);
  await moveIntoPlace(root, linuxptpDir(release));
  await writeFile(suiteNotePath(suite), `${release}\n`);
  return release;
}

/** The upstream part of a Debian version: `4.2-1+deb13u1` is 4.2. */
export function upstreamRelease(debianVersion: string): string {
  return debianVersion.replace(/^\d+:/, "").replace(/-[^-]*$/, "");
}

interface Unpacked {
  readonly suite: string;
  readonly deb: string;
  readonly apt: PrivateApt;
  readonly progress: (line: string) => void;
}

/** Writes `run/<program>` for each program; adds the libraries of the suite itself where this machine's are too old. */
async function addRuntime(root: string, from: Unpacked): Promise<void> {
  await writeWrappers(root, undefined);
  if (await runs(root)) return;
  const depends = await command(["dpkg-deb", "-f", from.deb, "Depends"]);
  const libraries = directDependencies(depends);
  from.progress(`${from.suite}: this machine's libraries do not fit, downloading ${libraries.join(" ")}`);
  for (const deb of await from.apt.download(libraries)) {
    if (deb !== from.deb) await command(["dpkg", "-x", deb, join(root, "runtime")]);
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

async function moveIntoPlace(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    // Another fetch was quicker: what it put there is the same.
    if (!existsSync(join(to, "VERSION"))) throw error;
  }
}

async function retried<T>(
  attempts: number,
  progress: (line: string) => void,
  work: (attempt: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      if (attempt >= attempts) throw error;
      progress(`attempt ${attempt} of ${attempts} failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
