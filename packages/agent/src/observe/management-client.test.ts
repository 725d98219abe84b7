import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import {
  decodeMessage,
  encodeError,
  encodeResponse,
  parsePortIdentity,
  type Envelope,
  type ManagementRequest,
  type ManagementResponse,
  type PortIdentity,
} from "@ptp/ptp";
import type { DatagramPort } from "../host/datagram-port.ts";
import { openLinuxDatagramPort } from "../host/linux-datagram.ts";
import { eventually } from "../process/testing/fixture.ts";
import { createManagementClient, type ManagementClient } from "./management-client.ts";

const clock = parsePortIdentity("4628ea.fffe.02aa96-0") as PortIdentity;
const agent = parsePortIdentity("000000.0000.000000-7") as PortIdentity;
const portData = { neighborPropDelayThreshNs: 20_000_000, asCapable: true };

/** A stand-in for ptp4l: calls `answer` for every request, and sends what that returns. */
async function fakeClock(
  t: TestContext,
  path: string,
  answer: (request: ManagementRequest, envelope: Envelope) => readonly Uint8Array[],
): Promise<{ readonly port: DatagramPort; readonly requests: ManagementRequest[] }> {
  const requests: ManagementRequest[] = [];
  const port: DatagramPort = await openLinuxDatagramPort({
    path,
    onDatagram: (bytes, from) => {
      const request = decodeMessage(bytes);
      assert.equal(request.kind, "request");
      requests.push(request);
      for (const reply of answer(request, envelopeTo(request))) void sendPatiently(port, reply, from);
    },
    onFailure: (error) => assert.fail(error),
  });
  t.after(() => port.close());
  return { port, requests };
}

/** The asker's queue holds few datagrams; a stand-in within the asker's own process must let it read. */
async function sendPatiently(port: DatagramPort, bytes: Uint8Array, path: string): Promise<void> {
  while (port.sendTo(bytes, path)?.code === "EAGAIN") await delay(1);
}

function envelopeTo({ domainNumber, sequenceId, portIdentity }: ManagementRequest): Envelope {
  return { domainNumber, sequenceId, sourcePortIdentity: clock, targetPortIdentity: portIdentity };
}

const fromPort = (envelope: Envelope, portNumber: number): Envelope => ({
  ...envelope,
  sourcePortIdentity: { ...clock, portNumber },
});

interface Bench {
  readonly client: ManagementClient;
  readonly target: { readonly socketPath: string; readonly domainNumber: number };
  readonly dir: string;
  readonly notified: (readonly [string, ManagementResponse])[];
  readonly malformed: string[];
}

async function bench(t: TestContext, maxPending = 256): Promise<Bench> {
  const dir = mkdtempSync(join(tmpdir(), "ptp-management-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const notified: (readonly [string, ManagementResponse])[] = [];
  const malformed: string[] = [];
  const client = await createManagementClient({
    path: join(dir, "agent"),
    openPort: openLinuxDatagramPort,
    sourcePortIdentity: agent,
    onNotification: (path, message) => notified.push([path, message]),
    onMalformed: (_path, reason) => malformed.push(reason),
    onFailure: (error) => assert.fail(error),
    maxPending,
  });
  t.after(() => client.close());
  return { client, target: { socketPath: join(dir, "ptp4l"), domainNumber: 24 }, dir, notified, malformed };
}

/** For what is answered: longer than a machine may stand still. */
const patient = { timeoutMs: 30_000 };

test("get: an answer is paired with its request, many at once", async (t) => {
  const { client, target } = await bench(t);
  const { requests } = await fakeClock(t, target.socketPath, (_request, envelope) => [
    encodeResponse(envelope, "CURRENT_DATA_SET", {
      stepsRemoved: envelope.sequenceId,
      offsetNs: -1.5,
      meanPathDelayNs: 2,
    }),
  ]);
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => client.get(target, "CURRENT_DATA_SET", patient)));
  const steps = outcomes.map((outcome) => {
    assert.equal(outcome.kind, "replies");
    assert.equal(outcome.replies[0]?.body.offsetNs, -1.5);
    return outcome.replies[0]?.body.stepsRemoved;
  });
  assert.equal(new Set(steps).size, 50, "each got its own answer");
  assert.deepEqual([requests[0]?.domainNumber, requests[0]?.portIdentity, requests[0]?.action], [24, agent, "GET"]);
});

test("get: every port answers for itself; in the order of the ports, with or without their number", async (t) => {
  const { client, target } = await bench(t);
  await fakeClock(t, target.socketPath, (_request, envelope) =>
    [3, 1, 2].map((number) => encodeResponse(fromPort(envelope, number), "PORT_DATA_SET_NP", portData)),
  );
  for (const options of [{ timeoutMs: 3_000 }, { ...patient, replies: 3 }]) {
    const outcome = await client.get(target, "PORT_DATA_SET_NP", options);
    assert.equal(outcome.kind, "replies");
    assert.deepEqual(
      outcome.replies.map(({ portIdentity, body }) => [portIdentity.portNumber, body]),
      [1, 2, 3].map((number) => [number, portData]),
    );
  }
  const fewer = await client.get(target, "PORT_DATA_SET_NP", { replies: 5, timeoutMs: 3_000 });
  assert.equal(fewer.kind === "replies" && fewer.replies.length, 3);
});

test("get and set: refusals are values; an unknown TLV is told apart", async (t) => {
  const { client, target } = await bench(t);
  await fakeClock(t, target.socketPath, (request, envelope) => [
    request.action === "GET" ? encodeError(envelope, 0xc001, 2) : encodeError(envelope, 0xc003, 6),
  ]);
  assert.deepEqual(await client.get(target, "GRANDMASTER_SETTINGS_NP", patient), { kind: "unsupported" });
  const subscription = { durationS: 60, portState: true, timeSync: false, parentDataSet: true, cmlds: false };
  const outcome = await client.set(target, "SUBSCRIBE_EVENTS_NP", subscription, patient);
  assert.equal(outcome.kind === "refused" && outcome.error.error, "NOT_SUPPORTED");
});

test("get: silence, absence, abort, too many and close are values", async (t) => {
  const { client, target, dir } = await bench(t, 2);
  await fakeClock(t, target.socketPath, () => []);
  assert.deepEqual(await client.get(target, "DEFAULT_DATA_SET", { timeoutMs: 20 }), { kind: "timeout" });
  const absent = await client.get({ ...target, socketPath: join(dir, "absent") }, "DEFAULT_DATA_SET");
  assert.equal(absent.kind === "unreachable" && absent.error.code, "ENOENT");
  const abort = new AbortController();
  const aborted = client.get(target, "DEFAULT_DATA_SET", { ...patient, signal: abort.signal });
  const closed = client.get(target, "DEFAULT_DATA_SET", patient);
  assert.deepEqual(await client.get(target, "DEFAULT_DATA_SET"), { kind: "busy" });
  abort.abort();
  assert.deepEqual(await aborted, { kind: "ended" });
  assert.deepEqual(await client.get(target, "DEFAULT_DATA_SET", { timeoutMs: 20 }), { kind: "timeout" });
  assert.deepEqual(await client.get(target, "DEFAULT_DATA_SET", { signal: abort.signal }), { kind: "ended" });
  await client.close();
  assert.deepEqual(await closed, { kind: "ended" });
  const after = await client.get(target, "DEFAULT_DATA_SET");
  assert.equal(after.kind === "unreachable" && after.error.code, "EBADF");
});

test("get: only the instance that was asked can answer, with the data set that was asked for", async (t) => {
  const { client, target, dir, notified, malformed } = await bench(t);
  const stranger = await fakeClock(t, join(dir, "stranger"), () => []);
  await fakeClock(t, target.socketPath, (_request, envelope) => {
    stranger.port.sendTo(encodeResponse(envelope, "PORT_DATA_SET_NP", portData), join(dir, "agent"));
    const properties = { portIdentity: clock, portState: "FAULTY", timestamping: 0, interfaceName: "a" } as const;
    return [encodeResponse(envelope, "PORT_PROPERTIES_NP", properties), Uint8Array.of(1, 2, 3)];
  });
  assert.deepEqual(await client.get(target, "PORT_DATA_SET_NP", { timeoutMs: 50 }), { kind: "timeout" });
  await eventually("all has come", () => notified.length === 2 && malformed.length === 1);
  assert.deepEqual(
    notified.map(([path, { id }]) => [path, id]),
    [
      [join(dir, "stranger"), "PORT_DATA_SET_NP"],
      [target.socketPath, "PORT_PROPERTIES_NP"],
    ],
  );
  assert.deepEqual(malformed, ["3 bytes, at least 52 needed"]);
});

test("get: a clock that reads no more is unreachable", async (t) => {
  const { client, target } = await bench(t);
  const source = `import { openLinuxDatagramPort as open } from ${JSON.stringify(import.meta.resolve("../host/linux-datagram.ts"))};
    await open({ path: ${JSON.stringify(target.socketPath)}, onDatagram() {}, onFailure() {} });
    console.log("bound");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30_000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  await once(child.stdout, "data");
  const kinds = new Set<string>();
  for (let i = 0; i < 1_000 && !kinds.has("unreachable"); i++) {
    kinds.add((await client.get(target, "DEFAULT_DATA_SET", { timeoutMs: 1 })).kind);
  }
  assert.deepEqual([...kinds], ["timeout", "unreachable"]);
});
