import { basename } from "node:path";
import type { Host } from "../../tools/lab/lab.ts";

/** A running ptp4l of a host. */
export interface RunningPtp4l {
  /** Its number outside the host. */
  readonly pid: number;
  /** Its configuration file's path inside the host. */
  readonly configPath: string;
}

/** The ptp4l processes of a host now. */
export function ptp4lProcesses(host: Host): readonly RunningPtp4l[] {
  return host.processes().flatMap(({ pid, argv }) => {
    const configPath = argv[argv.indexOf("-f") + 1];
    // Wrappers such as setpriv bear the name in their arguments until they have become ptp4l.
    return basename(argv[0] ?? "") === "ptp4l" && configPath !== undefined ? [{ pid, configPath }] : [];
  });
}

/** The ptp4l of a host whose configuration is of that domain. Throws when there is none. */
export async function ptp4lOfDomain(host: Host, domainNumber: number): Promise<RunningPtp4l> {
  for (const running of ptp4lProcesses(host)) {
    const conf = await host.readFile(running.configPath);
    if (new RegExp(`^domainNumber\\s+${domainNumber}$`, "m").test(conf)) return running;
  }
  throw new Error(`no ptp4l of domain ${domainNumber} runs on ${host.name}`);
}

/** The management socket that belongs to a configuration file, as this program sees it. */
export function socketOf(host: Host, { configPath }: RunningPtp4l): string {
  return host.path(configPath.replace(/config$/, "socket"));
}
