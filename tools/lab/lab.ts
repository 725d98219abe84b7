import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { startClockGuard, type ClockVerdict } from "./clock-guard/clock-guard.ts";
import type { HostProcess } from "./host-process.ts";
import { createHost, type Host } from "./host.ts";
import { startNamespaceInit, type NamespaceInit } from "./namespace-init.ts";
import { labMissing } from "./preflight.ts";

export type { Host, SpawnOptions } from "./host.ts";
export type { HostProcess, ProcessExit } from "./host-process.ts";

const execute = promisify(execFile);

/** What can be chosen for a lab. */

export interface LabOptions {
  /** `read-only` takes the right to adjust the clock from all programs, as is done where an NTP client steers it. */
  readonly clock?: "auto" | "read-only";
  /** More folders that each host gets empty and for itself. */
  readonly privateDirs?: readonly string[];
}

/** One end of a cable. */
export interface LinkEnd {
  readonly host: Host;
  /** The interface's name in that host, at most 15 characters. */
  readonly name: string;
  /** With prefix length, e.g. `192.0.2.1/24`. */
  readonly address?: string;
  /** A fixed hardware address makes a fixed clock identity. */
  readonly mac?: string;
}

/** Test hosts on this machine. Everything in it ends with `close`, or with the program that made it, even by kill -9. */
export interface Lab {
  /** Whether programs in the lab may adjust the system clock, and if not, why. */
  readonly clock: ClockVerdict;
  host(name: string): Promise<Host>;
  /** Connects two hosts by a cable (a veth pair), both ends up. */
  link(one: LinkEnd, other: LinkEnd): Promise<void>;
  /** Where a path under /run/lab, which all hosts share, is found by this program. */
  sharedPath(inside: string): string;
  /** Ends all programs and hosts, then puts the clock's settings back. Can be called twice. */
  close(): Promise<void>;
}

const privateDirs = ["/var/lib/ptp-agent", "/etc/linuxptp", "/etc/leap", "/etc/ptp-secret-mount"];
const withoutClock = ["setpriv", "--bounding-set", "-sys_time", "--inh-caps", "-sys_time", "--"];

/** Makes an empty lab. Throws an Error with the reason where the machine cannot carry one (see `labMissing`). */
export async function createLab(options: LabOptions = {}): Promise<Lab> {
  const missing = await labMissing();
  if (missing !== undefined) throw new Error(missing);
  const guard = await startClockGuard(options.clock ?? "auto");
  const dirs = [...privateDirs, ...(options.privateDirs ?? [])];
  const enter = ["unshare", "--mount", "--pid", "--fork", "--kill-child"] as const;
  const root = await startNamespaceInit(enter, 1, ["lab", ...dirs]).catch(async (error: unknown) => {
    await guard.close();
    throw error;
  });
  const started = new Set<HostProcess>();
  const inits: NamespaceInit[] = [];
  const prefix = guard.verdict.adjustable ? [] : withoutClock;
  const onSpawn = (entry: HostProcess): void => {
    started.add(entry);
    void entry.exited.then(() => started.delete(entry));
  };
  const close = async (): Promise<void> => {
    await root.close();
    await Promise.all([...inits.map((init) => init.close()), ...[...started].map(({ exited }) => exited)]);
    await guard.close();
  };
  let closed: Promise<void> | undefined;
  return {
    clock: guard.verdict,
    host: async (name) => {
      const init = await startHostInit(root.pid, name, dirs);
      inits.push(init);
      return createHost({ name, pid: init.pid, prefix, onSpawn });
    },
    link,
    sharedPath: (inside) => `/proc/${root.pid}/root/run/lab/${inside.replace(/^\/run\/lab\/?/, "")}`,
    close: () => (closed ??= close()),
  };
}

async function startHostInit(labPid: number, name: string, dirs: readonly string[]): Promise<NamespaceInit> {
  const enterLab = ["nsenter", "--target", String(labPid), "--mount", "--pid", "--"] as const;
  const enterHost = ["unshare", "--net", "--mount", "--uts", "--pid", "--fork", "--kill-child"];
  return startNamespaceInit([...enterLab, ...enterHost], 2, ["host", name, ...dirs]);
}

/** The pair is made inside the hosts, so the machine's own network never sees it. */
async function link(one: LinkEnd, other: LinkEnd): Promise<void> {
  const veth = ["link", "add", ...endWords(one), "type", "veth", "peer", ...endWords(other)];
  await execute("nsenter", [
    "--target",
    String(one.host.pid),
    "--net",
    "--",
    "ip",
    ...veth,
    "netns",
    String(other.host.pid),
  ]);
  for (const { host, name, address } of [one, other]) {
    if (address !== undefined) await host.run(["ip", "address", "add", address, "dev", name]);
    await host.run(["ip", "link", "set", name, "up"]);
  }
}

function endWords({ name, mac }: LinkEnd): readonly string[] {
  return mac === undefined ? ["name", name] : ["name", name, "address", mac];
}
