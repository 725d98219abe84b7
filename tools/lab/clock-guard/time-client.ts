import { readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { allPids, namespaceOf } from "../process-table.ts";

/** Programs whose job is to steer the system clock. */
const timeClients: ReadonlySet<string> = new Set(
  "chronyd ntpd ntpd-rs ntp-daemon openntpd systemd-timesyncd timemaster ptp4l phc2sys".split(" "),
);
/** Of these, the ones that do so in the machine's own network only; elsewhere they are tests. */
const onlyInMachineNetwork: ReadonlySet<string> = new Set(["ptp4l", "phc2sys", "timemaster"]);

/** The name of a running program that steers this machine's clock, with its process number, or undefined. */
export function runningTimeClient(): string | undefined {
  const network = networkOf(1);
  for (const pid of allPids()) {
    const name = programOf(pid);
    if (name === undefined || !timeClients.has(name)) continue;
    if (onlyInMachineNetwork.has(name) && networkOf(pid) !== network) continue;
    if (steers(name, pid)) return `${name} (process ${pid})`;
  }
  return undefined;
}

/** False in a container: then a time client outside is invisible, and only the kernel's status can tell of it. */
export function seesWholeMachine(): boolean {
  // The number the kernel gives the first PID namespace (PROC_PID_INIT_INO).
  return readlinkSync("/proc/self/ns/pid") === "pid:[4026531836]";
}

function programOf(pid: number): string | undefined {
  const argv = argvOf(pid);
  return argv[0] === undefined || argv[0] === "" ? undefined : basename(argv[0].replace(/:.*$/, ""));
}

/** `chronyd -x` and `free_running` programs only watch. */
function steers(name: string, pid: number): boolean {
  const argv = argvOf(pid);
  if (name === "chronyd") return !argv.some((word) => /^-[a-zA-Z]*x/.test(word));
  return !argv.some((word) => word === "--free_running=1");
}

function argvOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}

function networkOf(pid: number): string | undefined {
  try {
    return namespaceOf(pid, "net");
  } catch {
    return undefined;
  }
}
