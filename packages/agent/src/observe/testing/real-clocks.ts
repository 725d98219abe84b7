import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Ptp4lInstance } from "@ptp/plan";
import { parsePortIdentity, type ManagementResponse, type PortIdentity } from "@ptp/ptp";
import { openLinuxDatagramPort } from "../../host/linux-datagram.ts";
import { createManagementClient } from "../management-client.ts";
import type { ManagementClient, ManagementClientOptions, ManagementTarget } from "../management-client.ts";

const run = promisify(execFile);

/** Where `make` puts the linuxptp releases. */
const releasesFolder = fileURLToPath(new URL("../../../../../.cache/linuxptp/", import.meta.url));
/** Domain of all clocks. */
export const domainNumber = 24;

/** Reads the clock and never adjusts it: the machine's time is not ours to touch. A grandmaster is missed after 1.25 s. */
const common = `[global]
time_stamping software
free_running 1
domainNumber ${domainNumber}
network_transport L2
logAnnounceInterval -3
logSyncInterval -4
logMinDelayReqInterval -4
announceReceiptTimeout 10
`;

/** What stands in the way of running ptp4l here; undefined if nothing does. */
export async function missing(release: string): Promise<string | undefined> {
  if (!existsSync(join(releasesFolder, release, "run/ptp4l"))) {
    return `no linuxptp ${release} in .cache/linuxptp (node tools/lab/fetch-linuxptp.ts fetches it)`;
  }
  if (process.getuid?.() !== 0) return "network namespaces need root";
  const name = `ptp-try-${process.pid}`;
  try {
    await run("ip", ["netns", "add", name]);
    await run("ip", ["netns", "delete", name]);
    return undefined;
  } catch (error) {
    return `no network namespaces: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** A namespace with two cables: gm0-bc0 and bc1-dn0. */
async function network(t: TestContext, release: string): Promise<string> {
  const name = `ptp-mgmt-${release}-${process.pid}`;
  await run("ip", ["netns", "add", name]);
  t.after(() => run("ip", ["netns", "delete", name]));
  for (const [a, b] of [
    ["gm0", "bc0"],
    ["bc1", "dn0"],
  ] as const) {
    await run("ip", ["-n", name, "link", "add", a, "type", "veth", "peer", "name", b]);
    for (const end of [a, b]) await run("ip", ["-n", name, "link", "set", end, "up"]);
  }
  return name;
}

/** A ptp4l. */
export interface RealClock {
  readonly target: ManagementTarget;
  readonly readOnlyTarget: ManagementTarget;
  /** The same for those who know it from a plan. */
  readonly instance: Ptp4lInstance;
  /** Ends it; it has ended when this resolves. */
  readonly stop: () => Promise<void>;
  /** Starts it again after `stop`, with the same configuration. */
  readonly start: () => void;
}

interface Where {
  readonly dir: string;
  readonly namespace: string;
  readonly release: string;
}

/** Starts ptp4l in the namespace, with its sockets in `dir`; `extra`: options of its own, and its ports. */
async function startPtp4l(t: TestContext, where: Where, name: string, extra: string): Promise<RealClock> {
  const at = (kind: string) => join(where.dir, `${name}.${kind}`);
  // 3.1.1 knows no read-only socket.
  const readOnly = where.release === "3.1.1" ? "" : `uds_ro_address ${at("ro")}\n`;
  writeFileSync(at("conf"), `${common}uds_address ${at("socket")}\n${readOnly}${extra}`);
  const binary = join(releasesFolder, where.release, "run/ptp4l");
  const argv = ["netns", "exec", where.namespace, binary, "-f", at("conf"), "-m", "-q"];
  let output = "";
  const spawnClock = () => {
    const child = spawn("ip", argv, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (output += text.toString()));
    return child;
  };
  let child = spawnClock();
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  };
  t.after(stop);
  const target = { socketPath: at("socket"), domainNumber };
  const isThere = (): Promise<boolean> => {
    assert.equal(child.exitCode, null, output);
    return Promise.resolve(existsSync(target.socketPath));
  };
  await eventually(isThere, `${name} has its socket`);
  const interfaces = [...extra.matchAll(/^\[(\w+)\]$/gm)].map(([, port = ""]) => port);
  const instance: Ptp4lInstance = {
    ...target,
    key: name,
    profile: name,
    configName: `${name}.config`,
    clockType: "BC",
    interfaces,
  };
  const start = (): void => void (child = spawnClock());
  return { target, readOnlyTarget: { socketPath: at("ro"), domainNumber }, instance, stop, start };
}

/** An answer of a real ptp4l is not lost; on a busy machine it is late. */
const patienceMs = 10_000;

/** Opens a client of a socket of its own. */
export async function openClient(
  t: TestContext,
  path: string,
  options: Partial<ManagementClientOptions> = {},
): Promise<ManagementClient> {
  const client = await createManagementClient({
    path,
    openPort: openLinuxDatagramPort,
    sourcePortIdentity: parsePortIdentity("000000.0000.000000-4711") as PortIdentity,
    onMalformed: (from, reason) => assert.fail(`${from}: ${reason}`),
    onFailure: (error) => assert.fail(error),
    ...options,
  });
  t.after(() => client.close());
  return {
    ...client,
    get: (target, id, limits) => client.get(target, id, { timeoutMs: patienceMs, ...limits }),
    set: (target, id, data, limits) => client.set(target, id, data, { timeoutMs: patienceMs, ...limits }),
    command: (target, id, limits) => client.command(target, id, { timeoutMs: patienceMs, ...limits }),
  };
}

/** Asks until the answer is yes; at most a minute. */
export async function eventually(ask: () => Promise<boolean>, what: string): Promise<void> {
  const start = performance.now();
  while (!(await ask())) {
    assert.ok(performance.now() - start < 60_000, `${what}: waited a minute`);
    await delay(50);
  }
}

/** A boundary clock behind a grandmaster. */
export interface RealClocks {
  readonly gm: RealClock;
  readonly bc: RealClock;
  readonly client: ManagementClient;
  /** What the boundary clock told the client without being asked. */
  readonly notified: readonly ManagementResponse[];
  /** Folder of all sockets. */
  readonly dir: string;
}

/** Starts both; they are on their way to each other. Software time stamping, and no clock is adjusted. */
export async function startBoundaryClock(t: TestContext, release: string): Promise<RealClocks> {
  const dir = mkdtempSync(join(tmpdir(), "ptp-real-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const where = { dir, release, namespace: await network(t, release) };
  const gm = await startPtp4l(t, where, "gm", "clockClass 6\nclockAccuracy 0x21\n[gm0]\n");
  const bc = await startPtp4l(t, where, "bc", "[bc0]\n[bc1]\n");
  const notified: ManagementResponse[] = [];
  const onNotification: ManagementClientOptions["onNotification"] = (path, message) => {
    assert.equal(path, bc.target.socketPath);
    notified.push(message);
  };
  const client = await openClient(t, join(dir, "agent.socket"), { onNotification });
  return { gm, bc, client, notified, dir };
}
