import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { managementIds, parsePortIdentity, type ManagementResponse, type PortIdentity } from "@ptp/ptp";
import { openLinuxDatagramPort } from "../host/linux-datagram.ts";
import { createManagementClient, type ManagementClient, type ManagementTarget } from "./management-client.ts";

const run = promisify(execFile);

/** Where `make` puts the linuxptp releases. */
const releasesFolder = fileURLToPath(new URL("../../../../.cache/linuxptp/", import.meta.url));
const domainNumber = 24;

/** Reads the clock and never adjusts it: the machine's time is not ours to touch. */
const common = `[global]
time_stamping software
free_running 1
domainNumber ${domainNumber}
network_transport L2
logAnnounceInterval -3
logSyncInterval -4
logMinDelayReqInterval -4
announceReceiptTimeout 3
`;

/** What stands in the way of running ptp4l here; undefined if nothing does. */
async function missing(release: string): Promise<string | undefined> {
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

interface Running {
  readonly target: ManagementTarget;
  readonly readOnlyTarget: ManagementTarget;
  readonly stop: () => Promise<void>;
}

/** Starts ptp4l on `ports` in the namespace, with its sockets in `dir`. */
async function startPtp4l(
  t: TestContext,
  where: { readonly dir: string; readonly namespace: string; readonly release: string },
  name: string,
  extra: string,
): Promise<Running> {
  const at = (kind: string) => join(where.dir, `${name}.${kind}`);
  // 3.1.1 knows no read-only socket.
  const readOnly = where.release === "3.1.1" ? "" : `uds_ro_address ${at("ro")}\n`;
  writeFileSync(at("conf"), `${common}uds_address ${at("socket")}\n${readOnly}${extra}`);
  const binary = join(releasesFolder, where.release, "run/ptp4l");
  const argv = ["netns", "exec", where.namespace, binary, "-f", at("conf"), "-m", "-q"];
  const child = spawn("ip", argv, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (output += text.toString()));
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await exited;
  };
  t.after(stop);
  const target = { socketPath: at("socket"), domainNumber };
  for (let i = 0; i < 500 && !existsSync(target.socketPath); i++) {
    assert.equal(child.exitCode, null, output);
    await delay(10);
  }
  return { target, readOnlyTarget: { socketPath: at("ro"), domainNumber }, stop };
}

async function openClient(
  t: TestContext,
  dir: string,
  onNotification: (path: string, message: ManagementResponse) => void,
): Promise<ManagementClient> {
  const client = await createManagementClient({
    path: join(dir, "agent.socket"),
    openPort: openLinuxDatagramPort,
    sourcePortIdentity: parsePortIdentity("000000.0000.000000-4711") as PortIdentity,
    onNotification,
    onMalformed: (path, reason) => assert.fail(`${path}: ${reason}`),
    onFailure: (error) => assert.fail(error),
  });
  t.after(() => client.close());
  return client;
}

/** Asks until `accept` takes the first reply; at most ten seconds. */
async function eventually(ask: () => Promise<boolean>, what: string): Promise<void> {
  const start = performance.now();
  while (!(await ask())) {
    assert.ok(performance.now() - start < 10_000, `${what}: waited ten seconds`);
    await delay(50);
  }
}

async function boundaryClock(t: TestContext, release: string) {
  const dir = mkdtempSync(join(tmpdir(), "ptp-real-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const where = { dir, release, namespace: await network(t, release) };
  const gm = await startPtp4l(t, where, "gm", "clockClass 6\nclockAccuracy 0x21\n[gm0]\n");
  const bc = await startPtp4l(t, where, "bc", "[bc0]\n[bc1]\n");
  const notified: ManagementResponse[] = [];
  const client = await openClient(t, dir, (path, message) => {
    assert.equal(path, bc.target.socketPath);
    notified.push(message);
  });
  return { gm, bc, client, notified };
}

for (const release of ["3.1.1", "4.2", "4.4"]) {
  test(`ptp4l ${release}: every data set, several ports, subscription, loss of the grandmaster`, async (t) => {
    const reason = await missing(release);
    if (reason !== undefined) {
      t.skip(reason);
      return;
    }
    const { gm, bc, client, notified } = await boundaryClock(t, release);

    await t.test("follows the grandmaster, whose sockets and ours are one file each", async () => {
      const own = await client.get(gm.target, "DEFAULT_DATA_SET");
      assert.equal(own.kind, "replies");
      const identity = own.replies[0]?.body.clockIdentity;
      assert.equal(own.replies[0]?.body.clockClass, 6);
      await eventually(async () => {
        const parent = await client.get(bc.target, "PARENT_DATA_SET");
        return parent.kind === "replies" && parent.replies[0]?.body.grandmasterIdentity === identity;
      }, "grandmaster as parent");
      await eventually(async () => {
        const status = await client.get(bc.target, "TIME_STATUS_NP");
        return status.kind === "replies" && (status.replies[0]?.body.ingressTimeNs ?? 0n) > 0n;
      }, "first Sync");
    });

    await t.test("answers every data set we speak", async () => {
      for (const id of managementIds) {
        const outcome = await client.get(bc.target, id);
        assert.equal(outcome.kind, "replies", id);
      }
      const set = await client.get(bc.target, "DEFAULT_DATA_SET");
      assert.equal(set.kind === "replies" && set.replies[0]?.body.numberPorts, 2);
      assert.equal(set.kind === "replies" && set.replies[0]?.body.domainNumber, domainNumber);
      const current = await client.get(bc.target, "CURRENT_DATA_SET");
      assert.equal(current.kind === "replies" && current.replies[0]?.body.stepsRemoved, 1);
      const names = await client.get(bc.target, "PORT_PROPERTIES_NP", { replies: 2 });
      assert.equal(names.kind, "replies");
      const ports = names.replies.map(({ body }) => [
        body.portIdentity.portNumber,
        body.interfaceName,
        body.timestamping,
      ]);
      assert.deepEqual(ports, [
        [1, "bc0", 0],
        [2, "bc1", 0],
      ]);
      const second = await client.get(bc.target, "PORT_PROPERTIES_NP", { portNumber: 2 });
      assert.deepEqual(second.kind === "replies" && second.replies.map(({ body }) => body.interfaceName), ["bc1"]);
      await eventually(async () => {
        const states = await client.get(bc.target, "PORT_DATA_SET", { replies: 2 });
        const [receiving, transmitting] = states.kind === "replies" ? states.replies : [];
        return receiving?.body.portState === "UNCALIBRATED" && transmitting?.body.portState === "TIME_TRANSMITTER";
      }, "port states");
    });

    await t.test("stays silent in another domain; refuses SET on its read-only socket", async () => {
      const wrong = await client.get({ ...bc.target, domainNumber: 0 }, "DEFAULT_DATA_SET", { timeoutMs: 50 });
      assert.deepEqual(wrong, { kind: "timeout" });
      if (release === "3.1.1") return;
      const read = await client.get(bc.readOnlyTarget, "DEFAULT_DATA_SET");
      assert.equal(read.kind, "replies");
      const subscription = { durationS: 10, portState: true, timeSync: false, parentDataSet: false, cmlds: false };
      const outcome = await client.set(bc.readOnlyTarget, "SUBSCRIBE_EVENTS_NP", subscription);
      assert.equal(outcome.kind, "refused");
    });

    await t.test("tells a subscriber when the grandmaster is gone", async () => {
      const subscription = { durationS: 60, portState: true, timeSync: true, parentDataSet: true, cmlds: false };
      const outcome = await client.set(bc.target, "SUBSCRIBE_EVENTS_NP", subscription);
      assert.equal(outcome.kind, "replies");
      const heard = (id: ManagementResponse["id"]) => async () => notified.some((message) => message.id === id);
      // 3.1.1 takes the subscription and pushes port states only: parent and offset have to be asked for.
      const pushesAll = release !== "3.1.1";
      if (pushesAll) await eventually(heard("TIME_STATUS_NP"), "a pushed TIME_STATUS_NP");
      await gm.stop();
      if (pushesAll) await eventually(heard("PARENT_DATA_SET"), "a pushed PARENT_DATA_SET");
      await eventually(
        async () =>
          notified.some(
            (message) =>
              message.id === "PORT_DATA_SET" &&
              message.body.portIdentity.portNumber === 1 &&
              message.body.portState !== "UNCALIBRATED",
          ),
        "a pushed PORT_DATA_SET",
      );
      const gone = await client.get(gm.target, "DEFAULT_DATA_SET", { timeoutMs: 100 });
      assert.equal(gone.kind, "unreachable");
    });
  });
}
