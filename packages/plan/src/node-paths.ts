import type { ProgramName } from "@ptp/node";

/** Base name of a rendered configuration: what stands in message tags and in the `config` label of metrics. */
export function configName(program: ProgramName, runId: number): string {
  return `${program}.${runId}.${program === "timemaster" ? "conf" : "config"}`;
}

/** Absolute path of a rendered configuration. */
export function configPath(program: ProgramName, runId: number): string {
  return `/var/run/${configName(program, runId)}`;
}

/** Management socket of a ptp4l; phc2sys and ts2phc of the same profile are told the same path. */
export function ptp4lSocketPath(runId: number): string {
  return `/var/run/ptp4l.${runId}.socket`;
}

/** Key of a process: unique on the node. */
export function processKey(program: ProgramName, runId: number): string {
  return `${program}.${runId}`;
}

/** Leap second list of a node. */
export function leapFilePath(nodeName: string): string {
  return `/etc/leap/${nodeName}`;
}

/** Where keys of Secrets are: `<this>/<secret>/<key>`. */
export const secretMountPath = "/etc/ptp-secret-mount";

/** FIFO from gpspipe to ts2phc. */
export const gpsFifoPath = "/gpsd/data";

/** Receiver that gpsd opens when the configuration names none. */
export const defaultGpsPath = "/dev/gnss0";

/** Command socket of chronyd. */
export const chronydSocketPath = "/tmp/chrony/chronyd.sock";
