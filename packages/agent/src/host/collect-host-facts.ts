import { programNames, type HostFacts, type ProgramFacts, type ProgramName } from "@ptp/node";
import type { EthtoolPort } from "./ethtool-port.ts";
import { readFifoRefusal } from "./fifo-refusal.ts";
import { findProgram } from "./find-program.ts";
import type { HostRoot } from "./host-root.ts";
import { listInterfaces } from "./network-interfaces.ts";
import { readProgramVersion, type VersionAnswer } from "./program-version.ts";

/** What to look at. */
export interface HostFactsOptions {
  readonly nodeName: string;
  /** Folders in which programs are looked for, in order. */
  readonly programPath: readonly string[];
  readonly root: HostRoot;
  readonly ethtool: EthtoolPort;
  /** How long a program may take to tell its version; see {@link readProgramVersion}. */
  readonly versionLimitMs?: number;
}

/** Collects facts; remembers the versions of programs whose file has not changed. */
export interface HostFactsCollector {
  collect(): Promise<HostFacts>;
}

/** Creates a collector. The first collection runs each program, all at the same time; later ones only those that were late. */
export function createHostFactsCollector(options: HostFactsOptions): HostFactsCollector {
  const { nodeName, programPath, root, ethtool, versionLimitMs } = options;
  const versionByFingerprint = new Map<string, Promise<VersionAnswer>>();
  const programFacts = async (name: ProgramName): Promise<ProgramFacts | undefined> => {
    const found = await findProgram(name, programPath);
    if (found === undefined) return undefined;
    const { path, fingerprint } = found;
    const key = `${path} ${fingerprint}`;
    for (const known of versionByFingerprint.keys()) {
      if (known.startsWith(`${path} `) && known !== key) versionByFingerprint.delete(known);
    }
    const reading = versionByFingerprint.get(key) ?? readProgramVersion(name, path, versionLimitMs);
    versionByFingerprint.set(key, reading);
    const { version, isLate } = await reading;
    // Or a machine that stood still once would hide a version for as long as the agent runs.
    if (isLate) versionByFingerprint.delete(key);
    return version === undefined ? { path } : { path, version };
  };
  // Asked once: to be granted it later must not start programs anew that run well without it.
  let trying: Promise<string | undefined> | undefined;
  return {
    collect: async () => {
      const [programs, interfaces, chrt, setpriv] = await Promise.all([
        Promise.all(programNames.map(async (name) => [name, await programFacts(name)] as const)),
        listInterfaces(root, ethtool),
        findProgram("chrt", wrapperFolders),
        findProgram("setpriv", wrapperFolders),
      ]);
      trying ??= chrt && readFifoRefusal(chrt.path, root);
      const fifoRefusal = await trying;
      return {
        nodeName,
        programs: Object.fromEntries(programs.filter(([, facts]) => facts !== undefined)),
        searchedFolders: programPath,
        interfaces,
        ...(chrt === undefined ? {} : { chrtPath: chrt.path }),
        ...(setpriv === undefined ? {} : { setprivPath: setpriv.path }),
        ...(fifoRefusal === undefined ? {} : { fifoRefusal }),
      };
    },
  };
}

/** Where distributions have util-linux; `--program-path` may name folders with nothing but linuxptp. */
const wrapperFolders = ["/bin", "/usr/bin", "/sbin", "/usr/sbin"];
