import { programNames, type HostFacts, type ProgramFacts, type ProgramName } from "@ptp/node";
import type { EthtoolPort } from "./ethtool-port.ts";
import { readFifoRefusal } from "./fifo-refusal.ts";
import { findProgram } from "./find-program.ts";
import type { HostRoot } from "./host-root.ts";
import { listInterfaces } from "./network-interfaces.ts";
import { createProgramVersions, type AskingOptions } from "./program-versions.ts";
import { createQuestion, type Question } from "./question.ts";

/** What to look at. */
export interface HostFactsOptions {
  readonly nodeName: string;
  /** Folders in which programs are looked for, in order. */
  readonly programPath: readonly string[];
  readonly root: HostRoot;
  readonly ethtool: EthtoolPort;
  /** Folders in which chrt and setpriv are looked for; default where distributions have util-linux. */
  readonly wrapperPath?: readonly string[];
  /** How long the first collection waits for what programs tell. */
  readonly awaitMs?: number;
  /** A program that tells something has come to its end by then, or is ended. */
  readonly limitMs?: number;
  /** A program has told what a collection had to do without. */
  readonly onLateAnswer?: () => void;
}

/** Collects facts; remembers what programs told whose files have not changed. */
export interface HostFactsCollector {
  /** Waits for no program that another collection has waited for: what it has not told is absent. */
  collect(): Promise<HostFacts>;
  /** Ends the programs that are being asked. */
  stop(): void;
}

/** Long enough for a slow machine; programs start without what is not known by then. */
const defaultAwaitMs = 2_000;

/** Longer: a machine may stand still for seconds. */
const defaultLimitMs = 5_000;

/** Creates a collector. The first collection runs each program, all at the same time; later ones only those that were late. */
export function createHostFactsCollector(options: HostFactsOptions): HostFactsCollector {
  const { nodeName, programPath, root, ethtool, wrapperPath = utilLinuxFolders } = options;
  const stopped = new AbortController();
  const asking: AskingOptions = {
    awaitMs: options.awaitMs ?? defaultAwaitMs,
    limitMs: options.limitMs ?? defaultLimitMs,
    onLateAnswer: options.onLateAnswer ?? (() => undefined),
    monotonicMs: () => performance.now(),
    signal: stopped.signal,
  };
  const versions = createProgramVersions(asking);
  const programFacts = async (name: ProgramName): Promise<ProgramFacts | undefined> => {
    const found = await findProgram(name, programPath);
    if (found === undefined) return undefined;
    const version = await versions.versionOf(name, found);
    return version === undefined ? { path: found.path } : { path: found.path, version };
  };
  const chrtFacts = createChrtFacts(wrapperPath, root, asking);
  return {
    collect: async () => {
      const [programs, interfaces, chrt, setpriv] = await Promise.all([
        Promise.all(programNames.map(async (name) => [name, await programFacts(name)] as const)),
        listInterfaces(root, ethtool),
        chrtFacts(),
        findProgram("setpriv", wrapperPath),
      ]);
      return {
        nodeName,
        programs: Object.fromEntries(programs.filter(([, facts]) => facts !== undefined)),
        searchedFolders: programPath,
        interfaces,
        ...chrt,
        ...(setpriv === undefined ? {} : { setprivPath: setpriv.path }),
      };
    },
    stop: () => stopped.abort(),
  };
}

function createChrtFacts(
  wrapperPath: readonly string[],
  root: HostRoot,
  asking: AskingOptions,
): () => Promise<Pick<HostFacts, "chrtPath" | "fifoRefusal">> {
  let refusal: Question<string | undefined> | undefined;
  return async () => {
    const chrt = await findProgram("chrt", wrapperPath);
    if (chrt === undefined) return {};
    const { path } = chrt;
    // Told once: to be granted it later must not start programs anew that run well without it.
    refusal ??= createQuestion({ ...asking, ask: () => readFifoRefusal({ ...asking, path }, root) });
    const fifoRefusal = await refusal.answer();
    return { chrtPath: path, ...(fifoRefusal === undefined ? {} : { fifoRefusal }) };
  };
}

/** `--program-path` may name folders with nothing but linuxptp. */
const utilLinuxFolders = ["/bin", "/usr/bin", "/sbin", "/usr/sbin"];
