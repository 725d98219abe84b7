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
}

/** What an agent knows of its host before it plans. A value: collected once by the rim, then passed to pure code. */
export interface HostFacts {
  readonly nodeName: string;
  readonly programs: Readonly<Partial<Record<ProgramName, ProgramFacts>>>;
  readonly interfaces: readonly InterfaceFacts[];
  /** Absolute paths of the wrappers a plan may use; absent where the host lacks the tool. */
  readonly chrtPath?: string;
  readonly setprivPath?: string;
}
