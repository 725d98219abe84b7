import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { agentCapabilities } from "@ptp/node";
import { eventually, fixturePath } from "../process/testing/fixture.ts";
import { callApi, freePort, startConsumer, testFolder } from "./testing/events-process.ts";
import { apiRoot } from "./events-api.ts";

const mainPath = fileURLToPath(new URL("../main.ts", import.meta.url));
const nodeName = "w1.example.com";

/** A real agent in file mode, its programs fixtures, with a /run of its own. */
async function startAgent(t: TestContext, wrapper: readonly string[] = []) {
  const probe = spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "tmpfs", "/run"]);
  if (probe.status !== 0) {
    t.skip("cannot make a mount namespace: rendered paths are literal, a test needs its own /run");
    return undefined;
  }
  const folder = await testFolder(t);
  const [metricsPort, apiPort] = [await freePort(), await freePort()];
  const places = ["--linuxptp-profile-path", folder, "--state-dir", join(folder, "state")];
  const ports = ["--metrics-bind-address", `127.0.0.1:${metricsPort}`, "--probe-bind-address", "127.0.0.1:0"];
  const events = ["--enable-event-publisher", "--event-bind-address", `127.0.0.1:${apiPort}`, "--event-allow-loopback"];
  const flags = [...places, ...ports, ...events, "--program-path", fixturePath("bin")];
  const privateRun = 'mount -t tmpfs tmpfs /run && exec "$@"';
  const child = spawn(
    "unshare",
    ["-m", "sh", "-c", privateRun, "sh", ...wrapper, process.execPath, mainPath, ...flags],
    {
      env: { PATH: process.env["PATH"] ?? "", NODE_NAME: nodeName },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  t.after(() => child.kill("SIGKILL"));
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const call = (method: string, path: string, body?: unknown) =>
    callApi(apiPort, { method, path: `${apiRoot}${path}`, body });
  const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    const endMs = performance.now() + 60_000;
    while (!(await holds().catch(() => false))) {
      assert.ok(performance.now() < endMs, `${what} did not happen: ${output}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return {
    folder,
    process: child,
    output: () => output,
    pids: () =>
      [...output.matchAll(/"message":"events are served".*?"pid":(\d+)|"pid":(\d+).*?events are served/g)].map(
        ([, a, b]) => Number(a ?? b),
      ),
    call,
    until,
    healthy: () => until("health", async () => (await call("GET", "/health")).status === 200),
    metrics: async () => (await callApi(metricsPort, { method: "GET", path: "/metrics" })).body,
    writeProfile: async () => {
      const profile = { name: "a", ptp4lOpts: "-2", ptp4lConf: "[global]\n[lo]\n" };
      await writeFile(join(folder, ".new"), JSON.stringify([profile]));
      await rename(join(folder, ".new"), join(folder, nodeName));
    },
  };
}

test("an agent serves its node's events by a process without rights, and anew after kill -9", async (t) => {
  const agent = await startAgent(t);
  if (agent === undefined) return;
  await agent.writeProfile();
  await agent.healthy();
  const consumer = await startConsumer(t);
  const ResourceAddress = `/cluster/node/${nodeName}/sync/ptp-status/lock-state`;
  await agent.until("a clock", async () => (await agent.call("GET", `${ResourceAddress}/CurrentState`)).status === 200);
  const made = await agent.call("POST", "/subscriptions", { ResourceAddress, EndpointUri: consumer.uri() });
  assert.equal(made.status, 201);
  const [first] = await consumer.take(1);
  assert.deepEqual(first?.document.data.values, [
    {
      ResourceAddress: `/cluster/node/${nodeName}/lo/master`,
      data_type: "notification",
      value_type: "enumeration",
      value: "FREERUN",
    },
  ]);

  const [pid] = agent.pids();
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  if (process.getuid?.() === 0) assert.match(status, /^Uid:\t65533\t65533\t65533\t65533$/m);
  assert.match(status, /^CapEff:\t0+$/m);
  assert.match(status, /^CapPrm:\t0+$/m);
  assert.match(status, /^NoNewPrivs:\t1$/m);
  await agent.until("metrics by way of the agent", async () =>
    /^cne_api_subscriptions\{status="active"\} 1$/m.test(await agent.metrics()),
  );

  process.kill(pid ?? 0, "SIGKILL");
  await eventually("a new process", () => agent.pids().length === 2);
  await agent.healthy();
  const [again] = await consumer.take(1);
  assert.deepEqual(again?.document.data.values, first?.document.data.values);
  const { body } = await agent.call("GET", "/subscriptions");
  assert.deepEqual(JSON.parse(body), [JSON.parse(made.body)]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.deepEqual(consumer.events, [], "exactly one state event");
  assert.equal(agent.output().match(/"message":"ptp4l\.0 started"/g)?.length, 1, "timing was not touched");

  agent.process.kill("SIGTERM");
  assert.deepEqual(await once(agent.process, "exit"), [0, null]);
  assert.throws(() => process.kill(agent.pids()[1] ?? 0, 0), { code: "ESRCH" });
});

/** What runs a program with these capabilities and no way to any other. */
function limitedTo(capabilities: readonly string[]): readonly string[] {
  const set = ["-all", ...capabilities.map((name) => `+${name.toLowerCase()}`)].join();
  return ["setpriv", "--bounding-set", set, "--inh-caps", set, "--no-new-privs", "--"];
}

test("without CHOWN there are no events: it is said, and PTP runs", async (t) => {
  const agent = await startAgent(t, limitedTo(agentCapabilities.filter((name) => name !== "CHOWN")));
  if (agent === undefined) return;
  await agent.writeProfile();
  await agent.until("it is said", async () => /events need the capability CHOWN/.test(agent.output()));
  await agent.until("a program runs", async () => /^ptp4l\[.*\]: up -f/m.test(agent.output()));
  assert.deepEqual(agent.pids(), []);
});

test("the capabilities of an unprivileged agent are enough for events, in a folder that was the process's alone", async (t) => {
  const agent = await startAgent(t, limitedTo(agentCapabilities));
  if (agent === undefined) return;
  const store = join(agent.folder, "state/events");
  await agent.writeProfile();
  await agent.healthy();
  const { uid, gid, mode } = await stat(store);
  assert.deepEqual({ uid, gid, mode: mode & 0o777 }, { uid: 65533, gid: process.getgid?.(), mode: 0o710 });
  await chmod(store, 0o700);
  await chown(store, 65533, 65533);
  const [first = 0] = agent.pids();
  process.kill(first, "SIGKILL");
  await agent.until("another process", async () => agent.pids().length > 1);
  await agent.healthy();
});
