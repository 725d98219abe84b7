import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { command } from "./command.ts";
import type { DebianMirror } from "./debian-mirror.ts";

/** An APT state of its own for one Debian suite: the machine's lists, cache and hooks are never touched. */
export interface PrivateApt {
  /** Reads the package lists of the suite. */
  update(): Promise<void>;
  /** Downloads the packages, without their dependencies, and returns the paths of the .deb files. */
  download(packages: readonly string[]): Promise<readonly string[]>;
  /** Downloads what the packages need and this machine does not have; the packages too unless they are installed. */
  downloadMissing(packages: readonly string[]): Promise<readonly string[]>;
  /** The Depends field of the newest version of a package, as it is written. */
  dependsOf(name: string): Promise<string>;
}

/** Creates the APT state under `dir` (which the caller removes); of several suites the last one is preferred. */
export async function createPrivateApt(
  dir: string,
  mirror: DebianMirror,
  ...suites: readonly [string, ...string[]]
): Promise<PrivateApt> {
  const downloads = join(dir, "deb");
  for (const part of ["state/lists/partial", "cache/archives/partial", "empty", "deb"]) {
    await mkdir(join(dir, part), { recursive: true });
  }
  const options = mirror.keyring === undefined ? "" : `[signed-by=${mirror.keyring}] `;
  const sources = suites.map((suite) => `deb ${options}${mirror.uri} ${suite} main\n`);
  await writeFile(join(dir, "sources.list"), sources.join(""));
  await writeFile(join(dir, "apt.conf"), await configuration(dir));
  const env = { APT_CONFIG: join(dir, "apt.conf") };
  const preferred = suites.length === 1 ? [] : ["-o", `APT::Default-Release=${suites.at(-1)}`];
  return {
    async update() {
      await command(["apt-get", "-q", "update"], { env });
    },
    async download(packages) {
      await command(["apt-get", "-q", ...preferred, "download", ...packages], { env, cwd: downloads });
      return packagesIn(downloads);
    },
    async downloadMissing(packages) {
      // Nothing is installed, so that nobody has to be kept from installing something else.
      const flags = ["--yes", "--no-install-recommends", "--download-only", "-o", "Debug::NoLocking=true"];
      await command(["apt-get", "-q", ...preferred, ...flags, "install", ...packages], { env });
      return packagesIn(join(dir, "cache/archives"));
    },
    async dependsOf(name) {
      const record = await command(["apt-cache", ...preferred, "show", "--no-all-versions", name], { env });
      return /^Depends: (.*)$/m.exec(record)?.[1] ?? "";
    },
  };
}

async function packagesIn(dir: string): Promise<readonly string[]> {
  return (await readdir(dir)).filter((name) => name.endsWith(".deb")).map((name) => join(dir, name));
}

async function configuration(dir: string): Promise<string> {
  const quoted = (path: string): string => `"${join(dir, path)}"`;
  return [
    // The machine's own way to its mirrors (proxies, time checks), but none of its hooks: those write outside `dir`.
    ...(await transportSettings()),
    `Dir::State ${quoted("state")};`,
    `Dir::State::status "/var/lib/dpkg/status";`,
    `Dir::Cache ${quoted("cache")};`,
    `Dir::Etc::SourceList ${quoted("sources.list")};`,
    `Dir::Etc::SourceParts ${quoted("empty")};`,
    `Dir::Etc::PreferencesParts ${quoted("empty")};`,
    `Dir::Etc::Preferences "/dev/null";`,
    `Dir::Etc::Parts ${quoted("empty")};`,
    `Dir::Etc::Main "/dev/null";`,
    `Acquire::Languages "none";`,
    `Acquire::Retries "3";`,
    `Acquire::http::Timeout "30";`,
    // apt's own download user cannot read folders under a root home.
    `APT::Sandbox::User "root";`,
    `APT::Update::Error-Mode "any";`,
    "",
  ].join("\n");
}

async function transportSettings(): Promise<readonly string[]> {
  const dump = await command(["apt-config", "dump", "Acquire"]);
  return dump.split("\n").filter((line) => /^Acquire::(https?|ftp|Check-|ForceIPv|Max-)/i.test(line));
}
