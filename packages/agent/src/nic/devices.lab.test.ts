import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { DriverFacts, TimestampingFacts } from "../host/ethtool-port.ts";
import { buildFakeSysfs } from "../host/testing/fake-sysfs.ts";
import { eventually, fixturePath } from "../process/testing/fixture.ts";

const agentPath = fileURLToPath(new URL("../main.ts", import.meta.url));
const operatorPath = fileURLToPath(new URL("../../../operator/src/main.ts", import.meta.url));

/** A program with what it has written so far. */
function start(t: TestContext, argv: readonly string[]): () => string {
  const [program = "", ...args] = argv;
  const child = spawn(program, args, {
    env: { PATH: process.env["PATH"] ?? "" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, "exit");
  // An agent that is asked to end takes its programs with it.
  t.after(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  return () => output;
}

/** Where an operator finds its documents, and writes the status of node `n`. */
async function startOperator(t: TestContext, documents: readonly object[]) {
  const folder = await mkdtemp(join(tmpdir(), "ptp-devices-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const directory = join(folder, "in");
  await mkdir(directory);
  for (const [index, document] of documents.entries()) {
    await writeFile(join(directory, `${index}.json`), JSON.stringify(document));
  }
  const off = ["--metrics-bind-address", "0", "--health-probe-bind-address", "0"];
  start(t, [process.execPath, operatorPath, "--directory", directory, "--session-dir", join(folder, "s"), ...off]);
  const statusPath = join(directory, ".status/NodePtpDevice.openshift-ptp.n.yaml");
  return { folder, status: () => readFile(statusPath, "utf8").catch(() => "") };
}

/** An agent in a network namespace of its own: a cable whose ends are called `names`, and the machine's /sys. */
function startAgent(t: TestContext, folder: string, names: readonly string[], more: readonly string[] = []) {
  const cable = `ip link add name ${names[0]} type veth peer name ${names[1]} && ip link set ${names[0]} up`;
  const setUp = `mount -t tmpfs tmpfs /run && ip link set lo up && ${cable} && exec "$@"`;
  const ports = ["--metrics-bind-address", "127.0.0.1:0", "--probe-bind-address", "127.0.0.1:0"];
  const places = ["--operator", `unix:${folder}/s/n.sock`, "--state-dir", join(folder, "state"), "--node-name", "n"];
  const programs = ["--program-path", dirname(fixturePath("bin/ptp4l"))];
  const agent = [process.execPath, agentPath, ...places, ...ports, ...programs, ...more];
  return start(t, ["unshare", "--mount", "--net", "sh", "-c", setUp, "sh", ...agent]);
}

/** Why this machine cannot make such a namespace; undefined if it can. */
function missing(): string | undefined {
  const cable = "ip link add name end0 type veth peer name end1";
  const { status, stderr } = spawnSync("unshare", ["--mount", "--net", "sh", "-c", cable], { encoding: "utf8" });
  return status === 0 ? undefined : `no network namespace with a cable (needs root and iproute2): ${stderr}`;
}

test("the kernel answers for a cable: its driver, and no hardware clock", (t) => {
  const reason = missing();
  if (reason !== undefined) return t.skip(reason);
  const script = `
    import { createLinuxEthtool } from ${JSON.stringify(fileURLToPath(new URL("../host/linux-ethtool.ts", import.meta.url)))};
    const ethtool = createLinuxEthtool();
    const answers = [ethtool.driver("end0"), ethtool.timestamping("end1"), ethtool.fec("end0")];
    console.log(JSON.stringify(await Promise.all(answers)));`;
  const setUp = 'ip link add name end0 type veth peer name end1 && exec "$@"';
  const program = [process.execPath, "--input-type=module", "-e", script];
  const { stdout } = spawnSync("unshare", ["--net", "sh", "-c", setUp, "sh", ...program], { encoding: "utf8" });
  const [driver, timestamping, fec] = JSON.parse(stdout) as readonly [DriverFacts, TimestampingFacts, unknown];
  assert.equal(driver.driver, "veth");
  assert.deepEqual([driver.firmwareVersion, driver.busInfo], ["", ""]);
  assert.equal(timestamping.hardwareRawClock, false);
  assert.equal(timestamping.phcIndex, undefined);
  assert.equal(fec, null);
});

const node = { apiVersion: "v1", kind: "Node", metadata: { name: "n" } };

test("a lab host's interfaces are no devices, whatever the machine has by their names", async (t) => {
  const reason = missing();
  if (reason !== undefined) return t.skip(reason);
  const virtual = new Set(await readdir("/sys/devices/virtual/net"));
  const own = (await readdir("/sys/class/net")).find((name) => !virtual.has(name)) ?? "eth0";
  const { folder, status } = await startOperator(t, [node]);
  const output = startAgent(t, folder, [own, "cable-end"]);
  await eventually("the agent has looked", () => output().includes('"devices":"none"'));
  let text = "";
  await eventually("a status with the agent's report", () => {
    void status().then((now) => (text = now));
    return text.includes("processes:");
  });
  assert.doesNotMatch(text, /devices:|hardwareInfo/);
});

test("a port with a clock comes through to the status, with its profile and its machine", async (t) => {
  const reason = missing();
  if (reason !== undefined) return t.skip(reason);
  const root = await buildFakeSysfs(t, {
    ports: {
      ens1f0: { address: "0000:51:00.0", phcIndex: 0, driver: "ice", function: { vendor: "0x8086\n" } },
      ens1f1: { address: "0000:51:00.1" },
    },
    dmi: { product_name: "Lab\n" },
  });
  const config = {
    apiVersion: "ptp.openshift.io/v1",
    kind: "PtpConfig",
    metadata: { name: "c", namespace: "openshift-ptp" },
    spec: {
      profile: [{ name: "oc", interface: "ens1f0", ptp4lOpts: "-2", ptp4lConf: "[global]\n" }],
      recommend: [{ profile: "oc", priority: 1, match: [{ nodeName: "n" }] }],
    },
  };
  const { folder, status } = await startOperator(t, [node, config]);
  startAgent(t, folder, ["a0", "b0"], ["--host-root", dirname(root.sysPath)]);
  let text = "";
  await eventually("the profile is told", () => {
    void status().then((now) => (text = now));
    return /devices:[^]*profile: c_oc/.test(text);
  });
  const devices = /^ {2}devices:\n((?: {4}.*\n)*)/m.exec(text)?.[1] ?? "";
  assert.deepEqual(
    devices
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "")
      .toSorted(compareText),
    [
      "- name: ens1f0",
      "hardwareInfo:",
      "driverVersion: ice",
      "fec: unknown",
      "linkSpeed: unknown",
      "linkStatus: down",
      "pciAddress: 0000:51:00.0",
      "phcIndex: 0",
      "profile: c_oc",
      'vendorID: "0x8086"',
    ].toSorted(compareText),
  );
  assert.match(text, /systemInfo:\n\s+productName: Lab\n/);
});

function compareText(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
