import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** FIFO from which the agent takes readings of DPLLs and receivers. */
export const hardwarePath = "/run/hardware";

/** What they read now, a line each; the receiver's process tells it again and again. */
export const readingsPath = "/run/readings.jsonl";

/** Programs that are there in name only. */
export const standInFolder = "/run/stand-ins";

/** Flags of an agent that takes readings. */
export const hardwareFlags: readonly string[] = ["--simulated-hardware", hardwarePath];

/** What a receiver and a DPLL of one NIC say. */
export interface Readings {
  readonly interfaceName: string;
  /** 0 none, 3 three-dimensional; absent: there is no receiver. */
  readonly fix?: number;
  /** 1 free running, 3 locked with holdover acquired, 4 holdover. */
  readonly dpll: number;
  /** Process key of the program that serves the DPLL. */
  readonly process: string;
}

/** Makes the FIFO, and a gpsd and a gpspipe that do nothing: sentences come over TCP here, and readings by the FIFO. */
export function layHardware(): void {
  execFileSync("mkfifo", [hardwarePath]);
  mkdirSync(standInFolder, { recursive: true });
  for (const program of ["gpsd", "gpspipe"]) {
    const path = join(standInFolder, program);
    writeFileSync(path, `#!/bin/sh\n[ "$1" = -V ] && echo "${program}: 3.22" && exit\nexec sleep infinity\n`);
    chmodSync(path, 0o755);
  }
}

/** Says what the hardware reads from now on. */
export function setReadings({ interfaceName, fix, dpll, process }: Readings): void {
  const state = (locked: boolean): string => (locked ? "s2" : "s0");
  const dpllStatus = {
    kind: "dpll-status",
    interfaceName,
    frequencyStatus: dpll,
    phaseStatus: dpll,
    ppsAvailable: dpll === 3,
    offsetNs: 0,
    state: state(dpll === 3),
  };
  const gnssStatus = { kind: "gnss-status", interfaceName, fix, offsetNs: 5, state: state(fix === 3) };
  const lines = [
    { t: 0, source: "dpll", process, status: dpllStatus },
    ...(fix === undefined ? [] : [{ t: 0, source: "gnss", process: "gpsd.0", status: gnssStatus }]),
  ];
  // By rename: who reads it sees the old or the new.
  writeFileSync(`${readingsPath}.new`, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  renameSync(`${readingsPath}.new`, readingsPath);
}
