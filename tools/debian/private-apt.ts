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
}

/** Creates the APT state under `dir` (which the caller removes). */
export async function createPrivateApt(dir: string, mirror: DebianMirror, suite: string): Promise<PrivateApt> {
  const downloads = join(dir, "deb");
  for (const part of ["state/lists/partial", "cache/archives/partial", "empty", "deb"]) {
    await mkdir(join(dir, part), { recursive: true });
  }
  const options = mirror.keyring === undefined ? "" : `[signed-by=${mirror.keyring}] `;
  await writeFile(join(dir, "sources.list"), `deb ${options}${mirror.uri} ${suite} main\n`);
  await writeFile(join(dir, "apt.conf"), await configuration(dir));
  const env = { APT_CONFIG: join(dir, "apt.conf") };
  return {
    async update() {
      await command(["apt-get", "-q", "update"], { env });
    },
    async download(packages) {
      await command(["apt-get", "-q", "download", ...packages], { env, cwd: downloads });
      const names = await readdir(downloads);
      return names.filter((name) => name.endsWith(".deb")).map((name) => join(downloads, name));
    },
  };
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
