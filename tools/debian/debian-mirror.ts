import { existsSync, readFileSync } from "node:fs";
import { command } from "./command.ts";

/** A Debian archive as a private APT configuration needs it. */
export interface DebianMirror {
  readonly uri: string;
  /** The keyring that signs it; undefined leaves the choice to the keys apt trusts anyway. */
  readonly keyring: string | undefined;
}

const keyrings = ["/usr/share/keyrings/debian-archive-keyring.gpg", "/usr/share/keyrings/debian-archive-keyring.pgp"];

/**
 * The Debian mirror this machine is configured to use, or the one named by `override` (from PTP_DEBIAN_MIRROR).
 * Throws when neither gives one.
 */
export async function debianMirror(override: string | undefined): Promise<DebianMirror> {
  const keyring = keyrings.find((path) => existsSync(path));
  if (override !== undefined && override !== "") return { uri: override, keyring };
  const codename = /^VERSION_CODENAME=(.*)$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "";
  const uri = pickMirror(await indexTargets(), codename);
  if (uri === undefined) {
    throw new Error("apt knows no Debian archive on this machine: set PTP_DEBIAN_MIRROR to the base URI of one");
  }
  return { uri, keyring };
}

async function indexTargets(): Promise<string> {
  const format = "$(COMPONENT) $(RELEASE) $(REPO_URI)";
  return command(["apt-get", "indextargets", "--format", format, "Created-By: Packages"]);
}

/**
 * Picks the archive out of `component release uri` lines: the one with this machine's own suite in a `debian` folder,
 * else any archive in one (security and updates archives do not carry whole suites).
 */
export function pickMirror(targets: string, codename: string): string | undefined {
  const candidates = targets
    .split("\n")
    .map((line) => line.split(" "))
    .flatMap(([component, release, uri]) => (component === "main" && release && uri ? [{ release, uri }] : []))
    .filter(({ uri }) => /\/debian\/?$/.test(uri));
  return (candidates.find(({ release }) => release === codename) ?? candidates[0])?.uri;
}
