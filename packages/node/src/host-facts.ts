import type { ProgramName } from "./program.ts";

/** A network interface as far as planning is concerned. */
export interface InterfaceFacts {
  readonly name: string;
  /** Index of its PTP hardware clock (`/dev/ptpN`); absent without one. */
  readonly phcIndex?: number;
}

/** A program found on the host. */
export interface ProgramFacts {
  /** Absolute path. */
  readonly path: string;
  /** As the program tells it, such as `4.2`; absent if it does not say. */
  readonly version?: string;
  /** Names of options this build takes beyond those of its release (vendor patches); any value of them is accepted. */
  readonly extraOptions?: readonly string[];
  /** Of ptp4l: management TLVs that a running one said it does not know; absent: none, or none was asked yet. */
  readonly missingTlvs?: readonly string[];
}

/** What an agent knows of its host before it plans. A value: collected once by the rim, then passed to pure code. */
export interface HostFacts {
  readonly nodeName: string;
  readonly programs: Readonly<Partial<Record<ProgramName, ProgramFacts>>>;
  /** Folders in which the programs were looked for, for messages about a missing one. */
  readonly searchedFolders?: readonly string[];
  readonly interfaces: readonly InterfaceFacts[];
  /** Absolute paths of the wrappers a plan may use; absent where the host lacks the tool. */
  readonly chrtPath?: string;
  readonly setprivPath?: string;
  /** Why no program can be given SCHED_FIFO here, with the remedy; absent: it can, or nobody has tried. */
  readonly fifoRefusal?: string;
}
