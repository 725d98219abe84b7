import { execFile } from "node:child_process";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { httpGet, type HttpAnswer } from "./host-http.ts";
import { startWrapped, type HostProcess } from "./host-process.ts";
import { namespaceOf, processesIn, type RunningProcess } from "./process-table.ts";

const execute = promisify(execFile);

/** How to start a program in a host. */
export interface SpawnOptions {
  /** Added to this program's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: the current folder of this program. */
  readonly cwd?: string;
}

/**
 * One test host: its own network, mounts, processes and host name. /run (and /var/run), /var/lib/ptp-agent, /etc/linuxptp,
 * /etc/leap and /etc/ptp-secret-mount are its own and in memory; /run/lab is shared by all hosts of the lab; the rest of the file
 * system is the machine's.
 */
export interface Host {
  readonly name: string;
  /** The number of its first process outside the host: what `ip link … netns` takes. */
  readonly pid: number;
  /** Starts a program that runs on. */
  spawn(argv: readonly string[], options?: SpawnOptions): HostProcess;
  /** Runs a program to its end and returns its standard output; throws when it fails. */
  run(argv: readonly string[], options?: SpawnOptions): Promise<string>;
  /** Where a path of the host (absolute) is found by this program. */
  path(inside: string): string;
  readFile(inside: string): Promise<string>;
  /** Writes a file by rename, so that a reader sees the old or the new one; makes its folder. */
  writeFile(inside: string, content: string): Promise<void>;
  /** GET from a TCP port on the host's own 127.0.0.1. */
  httpGet(port: number, path: string): Promise<HttpAnswer>;
  /** What runs in the host now, without its first process. */
  processes(): readonly RunningProcess[];
}

/** What a host is made of. */
export interface HostParts {
  readonly name: string;
  readonly pid: number;
  /** Words put before each program started, e.g. to take a capability away. */
  readonly prefix: readonly string[];
  /** Told of each program started, so that the lab can wait for it. */
  readonly onSpawn: (started: HostProcess) => void;
}

/** Gives the handle of a host whose namespaces exist. */
export function createHost(parts: HostParts): Host {
  const { name, pid } = parts;
  const pidNamespace = namespaceOf(pid, "pid");
  const enter = (argv: readonly string[], { cwd = process.cwd() }: SpawnOptions): [string, ...string[]] => {
    const target = ["--target", String(pid), "--mount", "--uts", "--net", "--pid"];
    return ["nsenter", ...target, "--", "env", `--chdir=${cwd}`, ...parts.prefix, ...argv];
  };
  const environment = (options: SpawnOptions): NodeJS.ProcessEnv => ({ ...process.env, ...options.env });
  const path = (inside: string): string => `/proc/${pid}/root${inside.replace(/^\/var\/run(?=\/|$)/, "/run")}`;
  const run: Host["run"] = async (argv, options = {}) => {
    const [program, ...args] = enter(argv, options);
    const { stdout } = await execute(program, args, { env: environment(options), maxBuffer: 16 * 1024 * 1024 });
    return stdout;
  };
  return {
    name,
    pid,
    path,
    run,
    spawn: (argv, options = {}) => {
      const started = startWrapped(enter(argv, options), environment(options));
      parts.onSpawn(started);
      return started;
    },
    readFile: (inside) => readFile(path(inside), "utf8"),
    writeFile: (inside, content) => writeByRename(path(inside), content),
    httpGet: (port, urlPath) => httpGet(run, port, urlPath),
    processes: () => processesIn("pid", pidNamespace).filter((entry) => entry.pid !== pid),
  };
}

async function writeByRename(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const next = `${dirname(path)}/.${process.pid}.next`;
  await writeFile(next, content);
  await rename(next, path);
}
