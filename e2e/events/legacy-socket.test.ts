import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import {
  startConsumer,
  startEvents,
  testFolder,
  testNode,
  type EventsProcess,
} from "../../packages/agent/src/events/testing/events-process.ts";
import { openCallbackServer } from "../../tools/conformance/callback-server.ts";
import { reportText } from "../../tools/conformance/report-text.ts";
import { allCases, runCases } from "../../tools/conformance/run-cases.ts";
import { eventually } from "../../tools/conformance/trial.ts";

/** A daemon of the existing stack as far as its sidecar sees it. */
interface Daemon {
  readonly calls: string[];
  readonly folder: string;
  readonly flags: readonly string[];
  connect(): Promise<Socket>;
}

const limitMs = 30_000;
const locked = "ptp4l[1.1]: [ptp4l.0.config:6] master offset          5 s2 freq   -3972 path delay        89\n";
const unlocked = "ptp4l[1.2]: [ptp4l.0.config:6] master offset        500 s2 freq   -3972 path delay        89\n";

async function startDaemon(t: TestContext): Promise<Daemon> {
  const folder = await testFolder(t);
  const calls: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    calls.push(url);
    response.end(url === "/port-aliases" ? '{"ens1f0":"ens1fx"}' : "");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const threshold = { holdOverTimeout: 1, maxOffsetThreshold: 100, minOffsetThreshold: -100 };
  await writeFile(join(folder, testNode), JSON.stringify([{ name: "oc1", ptpClockThreshold: threshold }]));
  await writeFile(join(folder, "ptp4l.0.config"), "# profile: oc1\n[global]\nslaveOnly 1\n[ens1f0]\nmasterOnly 0\n");
  const socket = join(folder, "events.sock");
  const url = `http://127.0.0.1:${port}`;
  const places = ["--daemon-config-path", folder, "--daemon-profile-path", folder];
  return {
    calls,
    folder,
    flags: ["--socket", socket, "--daemon-url", url, ...places],
    connect: async () => {
      const connection = connect(socket);
      await once(connection, "connect");
      t.after(() => connection.destroy());
      return connection;
    },
  };
}

async function start(t: TestContext, { flags }: Daemon): Promise<EventsProcess> {
  const events = await startEvents(t, { flags });
  await events.ready();
  return events;
}

const lockState = `/cluster/node/${testNode}/sync/ptp-status/lock-state`;

test("the lines of a daemon become events; holdover ends by itself", { timeout: 120_000 }, async (t) => {
  const daemon = await startDaemon(t);
  const events = await start(t, daemon);
  const consumer = await startConsumer(t);
  const socket = await daemon.connect();
  const request = { ResourceAddress: lockState, EndpointUri: consumer.uri() };
  assert.equal((await events.call("POST", "/subscriptions", request)).status, 201);
  assert.match((await consumer.take(1))[0]?.text ?? "", /ptp-not-set/);
  // A line that is too long is nobody's, the next one is heard.
  socket.write(`${"x".repeat(70_000)}\n${locked}`);
  const [first] = await consumer.take(1);
  assert.deepEqual(
    first?.document.data.values.map(({ ResourceAddress, value }) => [ResourceAddress, value]),
    [
      [`/cluster/node/${testNode}/ens1fx/master`, "LOCKED"],
      [`/cluster/node/${testNode}/ens1fx/master`, "5"],
    ],
  );
  socket.write("ptp4l[1.2]: [ptp4l.0.config:6] port 1 (ens1f0): SLAVE to UNCALIBRATED on SYNCHRONIZATION_FAULT\n");
  const [lost, ended] = await consumer.take(2);
  assert.match(lost?.text ?? "", /"HOLDOVER"/);
  assert.match(ended?.text ?? "", /"FREERUN"/);
});

test("a restart of the daemon interrupts nothing, and is asked to tell again", { timeout: 120_000 }, async (t) => {
  const daemon = await startDaemon(t);
  const events = await start(t, daemon);
  await eventually(async () => assert.deepEqual(daemon.calls, ["/port-aliases"]), limitMs);
  const consumer = await startConsumer(t);
  const socket = await daemon.connect();
  await events.call("POST", "/subscriptions", { ResourceAddress: lockState, EndpointUri: consumer.uri() });
  socket.write(`CMD LIVE_START\n${locked}`);
  await consumer.take(2);
  const pid = events.pid();
  await writeFile(join(daemon.folder, "ptp4l.1.config"), "# profile: oc1\n[ens2f0]\n");
  const other = await daemon.connect();
  other.write("CMD RESTART\n");
  // Once for each connection, once for the restart.
  await eventually(async () => assert.equal(daemon.calls.filter((call) => call === "/emit-logs").length, 3), limitMs);
  socket.write(locked.replace("ptp4l.0", "ptp4l.1"));
  const [added] = await consumer.take(1);
  assert.match(added?.text ?? "", /ens2f0\/master.*LOCKED/);
  assert.equal(events.pid(), pid);
  assert.equal((await events.call("GET", "/health")).status, 200);
  assert.deepEqual(consumer.events, [], "the clock that stayed was told nothing new");
});

test("the conformance suite passes in place of the sidecar", { timeout: 120_000 }, async (t) => {
  const daemon = await startDaemon(t);
  const events = await start(t, daemon);
  const socket = await daemon.connect();
  socket.write(unlocked);
  const currentState = async () => (await events.call("GET", `${lockState}/CurrentState`)).status;
  await eventually(async () => assert.equal(await currentState(), 200), limitMs);
  const server = await openCallbackServer({ host: "127.0.0.1", listenHost: "127.0.0.1", port: 0 });
  t.after(() => server.close());
  const producer = {
    origin: new URL(`http://127.0.0.1:${events.port}`),
    nodeName: testNode,
    legacy: false,
    alone: true,
    headers: {},
    changeState: async (state: "LOCKED" | "FREERUN") => void socket.write(state === "LOCKED" ? locked : unlocked),
  };
  const results = await runCases(allCases, producer, server);
  const wrong = results.filter(({ outcome }) => outcome !== "pass");
  assert.deepEqual(wrong, [], reportText(results));
});
