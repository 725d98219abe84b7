import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { linuxptpProgramDir } from "../../../tools/lab/linuxptp/releases.ts";
import { startProgram, type GuestProgram } from "./guest-program.ts";

const execute = promisify(execFile);

/** The programs that the scenarios run. */
export const programFolder = linuxptpProgramDir("4.2");

/** Domain of the scenarios that have one. */
export const domainNumber = 24;

const patience = [
  "network_transport L2",
  "dataset_comparison G.8275.x",
  "logAnnounceInterval -1",
  "announceReceiptTimeout 10",
  "logSyncInterval 1",
  "logMinDelayReqInterval 0",
  "tx_timestamp_timeout 1000",
  "fault_reset_interval 4",
  "sanity_freq_limit 0",
  "step_threshold 0.00002",
  "first_step_threshold 0.00002",
] as const;

/**
 * Options for a machine that is emulated on a busy one: rare messages cost it little, and patience with them. Its clocks are
 * not compared with each other, since a timestamp may be read long after it was taken.
 */
export const patientOptions = patientOptionsIn(domainNumber);

/** The same in another domain. */
export function patientOptionsIn(domain: number): readonly string[] {
  return [`domainNumber ${domain}`, ...patience];
}

/** What a grandmaster says of itself. */
export interface GrandmasterOptions {
  readonly interfaces: readonly string[];
  /** Default 6. */
  readonly clockClass?: number;
  readonly domain?: number;
  /** Lines that come after those of every scenario. */
  readonly more?: readonly string[];
}

const folder = "/run/scenario";

/** Starts a ptp4l that gives the time of the hardware clock of its interfaces. */
export function startGrandmaster(
  name: string,
  { interfaces, clockClass = 6, domain = domainNumber, more = [] }: GrandmasterOptions,
): GuestProgram {
  mkdirSync(folder, { recursive: true });
  const conf = join(folder, `${name}.conf`);
  const quality = [`clockClass ${clockClass}`, "clockAccuracy 0x21", "offsetScaledLogVariance 0x4e5d"];
  const sockets = [`uds_address ${folder}/${name}.socket`, `uds_ro_address ${folder}/${name}.ro`];
  const global = [
    "[global]",
    ...patientOptionsIn(domain),
    ...more,
    ...quality,
    ...sockets,
    "serverOnly 1",
    `message_tag [${name}]`,
  ];
  writeFileSync(conf, [...global, ...interfaces.map((each) => `[${each}]`), ""].join("\n"));
  return startProgram(name, [join(programFolder, "ptp4l"), "-f", conf, "-m", "-q"]);
}

/** Runs phc_ctl: `["set", "adj", "37"]` sets a clock to TAI. */
export async function phcCtl(device: string, words: readonly string[]): Promise<void> {
  await execute(join(programFolder, "phc_ctl"), ["-q", device, ...words]);
}

/** The clock class that the ptp4l of the agent's first profile announces, as it says itself. */
export async function announcedClass(): Promise<number> {
  const words = ["-u", "-b", "0", "-d", String(domainNumber), "-s", "/var/run/ptp4l.0.socket"];
  const { stdout } = await execute(join(programFolder, "pmc"), [...words, "GET GRANDMASTER_SETTINGS_NP"]);
  return Number(/clockClass\s+(\d+)/.exec(stdout)?.[1]);
}

/** Runs `ip` with these words. */
export async function ip(...words: readonly string[]): Promise<void> {
  await execute("ip", words);
}

/** Sets a parameter of ptpsim. */
export function setSimulation(parameter: string, value: number): void {
  writeFileSync(`/sys/module/ptpsim/parameters/${parameter}`, `${value}\n`);
}
