import assert from "node:assert/strict";
import { connect as connectHttp2, constants } from "node:http2";
import { connect } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { withPriority2 } from "../tools/demo/scenario/edit-step.ts";
import { keptProcesses } from "../tools/demo/scenario/milestones.ts";
import { takeSnapshot } from "../tools/demo/world/snapshot.ts";
import { agentArguments, sessionDirectory, type World } from "../tools/demo/world/world.ts";
import { openWorld } from "./testing/open-world.ts";
import { allConnected, answersWith } from "./testing/oracle.ts";
import { reach, settled } from "./testing/reach.ts";

test("a second agent on a connected node is refused; the first notices nothing", async (t) => {
  const world = await openWorld(t);
  if (world === undefined) return;
  world.start();
  const before = await reach(world, settled(world));
  const elsewhere = world.operator.host;

  await t.test("from another host: ALREADY_EXISTS, and it runs nothing", async (t) => {
    const ports = ["--metrics-bind-address", ":9191", "--probe-bind-address", ":9181"];
    const second = elsewhere.spawn([...agentArguments("oc1", "4.2"), ...ports], { env: { NODE_NAME: "oc1" } });
    t.after(() => second.stop());
    await second.log.waitFor(/ALREADY_EXISTS/, 90_000);
    await sleep(1_000);
    const now = await takeSnapshot(world);
    assert.deepEqual(keptProcesses(["gm", "bc", "oc1", "oc2"], before, now), []);
    assert.doesNotMatch(
      elsewhere
        .processes()
        .map(({ argv }) => argv.join(" "))
        .join("\n"),
      /ptp4l -f/,
    );
  });

  await t.test("on the same host: it waits for the state directory, touches nothing and can be stopped", async (t) => {
    const { host } = world.node("oc1");
    const second = host.spawn(agentArguments("oc1", "4.2"), { env: { NODE_NAME: "oc1" } });
    t.after(() => second.stop());
    await second.log.waitFor(/state|lock|second agent/i, 90_000);
    await sleep(1_000);
    const now = await takeSnapshot(world);
    assert.deepEqual(keptProcesses(["gm", "bc", "oc1", "oc2"], before, now), []);
    await second.stop(10_000);
  });

  await allConnected(world);
  await world.config.edit("ordinary.yaml", (text) => withPriority2(text, 150));
  await answersWith(world, "oc1", 150);
});

const path = "/ptp.agent.v1.AgentService/Session";

/** What peers say that do not speak the protocol. */
const peers: readonly (readonly [what: string, talk: (world: World) => Promise<void>])[] = [
  ["bytes that are no HTTP/2", (world) => sendRaw(world, Buffer.alloc(100_000, "x"))],
  ["HTTP/1.1", (world) => sendRaw(world, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")],
  [
    "a preface with a frame of a wrong length",
    (world) => sendRaw(world, Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Buffer.alloc(64, 0xff)])),
  ],
  ["a message that is no protobuf", (world) => sendGrpc(world, path, grpcFrame(Buffer.alloc(50, 0xff)))],
  [
    "a message that claims four gigabytes",
    (world) => sendGrpc(world, path, Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1])),
  ],
  ["an empty message instead of Hello", (world) => sendGrpc(world, path, grpcFrame(Buffer.alloc(0)))],
  ["a method that is not there", (world) => sendGrpc(world, "/ptp.agent.v1.AgentService/Other", Buffer.alloc(0))],
  ["nothing at all", (world) => sendRaw(world, "")],
];

test("peers that do not speak the protocol disturb nobody", async (t) => {
  const world = await openWorld(t);
  if (world === undefined) return;
  world.start();
  const before = await reach(world, settled(world));
  const pid = await world.operator.pid();
  for (const [what, talk] of peers) {
    await t.test(what, async () => {
      await talk(world);
      assert.equal(await world.operator.pid(), pid, "the operator lives");
      await allConnected(world);
    });
  }
  assert.deepEqual(keptProcesses(["gm", "bc", "oc1", "oc2"], before, await takeSnapshot(world)), []);
  await world.config.edit("ordinary.yaml", (text) => withPriority2(text, 160));
  await answersWith(world, "oc1", 160);
});

function socketOf(world: World): string {
  return world.lab.sharedPath(`${sessionDirectory}/oc1.sock`);
}

/** Sends bytes, waits half a second for an answer or an end, and hangs up. */
async function sendRaw(world: World, bytes: string | Buffer): Promise<void> {
  const socket = connect(socketOf(world));
  socket.on("error", () => undefined);
  socket.resume();
  socket.write(bytes);
  await sleep(500);
  socket.destroy();
}

/** One message in gRPC's framing: not compressed, its length, itself. */
function grpcFrame(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** Opens a call, sends bytes and leaves the call open for half a second. It must end without success by then or stay open. */
async function sendGrpc(world: World, method: string, bytes: Buffer): Promise<void> {
  const client = connectHttp2("http://localhost", { createConnection: () => connect(socketOf(world)) });
  client.on("error", () => undefined);
  const call = client.request({
    [constants.HTTP2_HEADER_METHOD]: "POST",
    [constants.HTTP2_HEADER_PATH]: method,
    [constants.HTTP2_HEADER_CONTENT_TYPE]: "application/grpc",
    [constants.HTTP2_HEADER_TE]: "trailers",
  });
  const statuses: unknown[] = [];
  const keep = (headers: Record<string, unknown>): void => {
    if ("grpc-status" in headers) statuses.push(headers["grpc-status"]);
  };
  call
    .on("error", () => undefined)
    .on("response", keep)
    .on("trailers", keep);
  call.resume();
  call.write(bytes);
  await sleep(500);
  client.destroy();
  assert.ok(!statuses.includes("0"), "the call did not succeed");
}
