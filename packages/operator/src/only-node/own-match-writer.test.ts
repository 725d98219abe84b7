import type { NodeMatch, PtpConfig } from "@ptp/api";
import { ApiError } from "@ptp/cluster";
import { captureLogger } from "@ptp/kit";
import assert from "node:assert/strict";
import { mock, test, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";
import { keyOf, keyText } from "../store/object-key.ts";
import type { ObjectStatus } from "../store/store.ts";
import { createOneObjectServer, type OneObjectServer, type WholeObject } from "../testing/one-object-server.ts";
import { createOwnMatchWriter } from "./own-match-writer.ts";

const config: PtpConfig = {
  apiVersion: "ptp.openshift.io/v1",
  kind: "PtpConfig",
  metadata: { name: "c", namespace: "ns" },
  spec: { profile: [], recommend: [] },
};
const path = "/apis/ptp.openshift.io/v1/namespaces/ns/ptpconfigs/c";
const [read, write] = [`GET ${path}`, `PUT ${path}/status`];
const match = (nodeName: string, profile: string): NodeMatch => ({ nodeName, profile });
const withList = (matchList: readonly NodeMatch[], status: object = {}): WholeObject => ({
  ...config,
  status: { ...status, matchList },
});
const statusOf = (server: OneObjectServer) => server.object()?.["status"] as ObjectStatus | undefined;

interface Place {
  readonly server: OneObjectServer;
  /** What this node and others shall have. */
  readonly wanted: readonly NodeMatch[];
  /** What the watch shows; default: nothing yet. */
  readonly shown?: ObjectStatus;
}

/** Runs the writer of node `own` over one PtpConfig, in time of its own, through its first pass. */
async function writeMatches(t: TestContext, { server, wanted, shown }: Place) {
  mock.timers.enable({ apis: ["setTimeout"] });
  const key = keyText(keyOf(config));
  const errors: string[] = [];
  let failures = 0;
  const writer = createOwnMatchWriter({
    nodeName: "own",
    client: server.client,
    store: { statusOf: () => shown },
    last: () => ({
      state: { objects: new Map([[key, config]]) },
      resolution: { status: new Map([[key, { matchList: wanted, conditions: [] }]]) },
    }),
    log: captureLogger((level, message) => void errors.push(`${level} ${message}`)),
    failed: () => (failures += 1),
    random: () => 0,
  });
  const pass = async (milliseconds: number): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    mock.timers.tick(milliseconds);
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
  };
  await writer.start(new AbortController().signal);
  t.after(async () => {
    const stopping = writer.stop();
    await pass(200);
    await stopping;
    mock.timers.reset();
  });
  writer.touch();
  await pass(200);
  return { writer, pass, errors, failures: () => failures };
}

test("the own entries are put beside those of others, and nothing else of the status changes", async (t) => {
  const server = createOneObjectServer(withList([match("a", "p"), match("own", "old")], { summary: "s" }));
  await writeMatches(t, { server, wanted: [match("own", "new"), match("b", "q")] });
  assert.deepEqual(server.requests, [read, write]);
  assert.deepEqual(statusOf(server), { summary: "s", matchList: [match("a", "p"), match("own", "new")] });
});

test("what the watch shows as it should be is not asked for", async (t) => {
  const server = createOneObjectServer(withList([match("own", "p")]));
  const shown = { matchList: [match("own", "p")] };
  const { writer, pass } = await writeMatches(t, { server, wanted: [match("own", "p")], shown });
  writer.touch();
  await pass(200);
  assert.deepEqual(server.requests, []);
});

test("a watch that lags costs a question and no write", async (t) => {
  const server = createOneObjectServer(withList([match("own", "p")]));
  await writeMatches(t, { server, wanted: [match("own", "p")] });
  assert.deepEqual(server.requests, [read]);
});

test("who else writes meanwhile keeps its entries: the whole is done again with what is there then", async (t) => {
  const server = createOneObjectServer(withList([]));
  server.refuseWrite(409, () => server.put(withList([match("a", "p")])));
  const { pass, failures } = await writeMatches(t, { server, wanted: [match("own", "p")] });
  await pass(20);
  assert.deepEqual(server.requests, [read, write, read, write]);
  assert.deepEqual(statusOf(server)?.["matchList"], [match("a", "p"), match("own", "p")]);
  assert.equal(failures(), 0, "that is daily business");
});

test("an object that is gone took its match list along", async (t) => {
  const server = createOneObjectServer();
  const { failures } = await writeMatches(t, { server, wanted: [match("own", "p")] });
  assert.deepEqual([server.requests, failures()], [[read], 0]);
});

test("a refusal is told and tried again later, without being touched", async (t) => {
  const server = createOneObjectServer(withList([]));
  server.refuseWrite(403);
  const { pass, errors, failures } = await writeMatches(t, { server, wanted: [match("own", "p")] });
  assert.deepEqual([errors, failures()], [["error matchList not written; trying again"], 1]);
  await pass(500);
  await pass(200);
  assert.deepEqual(server.requests, [read, write, read, write]);
  assert.deepEqual(statusOf(server)?.["matchList"], [match("own", "p")]);
});

test("an object whose status is refused keeps no other from its match list", async (t) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const named = (name: string): PtpConfig => ({ ...config, metadata: { name, namespace: "ns" } });
  const configs = [named("a"), named("b")];
  const refused = new ApiError("invalid", "PtpConfig a: spec.profile: refused", { status: 422 });
  const written: string[] = [];
  const told: unknown[] = [];
  let failures = 0;
  const writer = createOwnMatchWriter({
    nodeName: "own",
    client: {
      request: ({ method, path: asked }) => {
        if (method === "GET") return Promise.resolve(asked.endsWith("/a") ? configs[0] : configs[1]);
        if (asked.endsWith("/a/status")) return Promise.reject(refused);
        written.push(asked);
        return Promise.resolve({});
      },
    },
    store: { statusOf: () => undefined },
    last: () => ({
      state: { objects: new Map(configs.map((each) => [keyText(keyOf(each)), each])) },
      resolution: {
        status: new Map(
          configs.map((each) => [keyText(keyOf(each)), { matchList: [match("own", "p")], conditions: [] }]),
        ),
      },
    }),
    log: captureLogger((_, message, fields) => void told.push([message, fields["object"], fields["error"]])),
    failed: () => (failures += 1),
    random: () => 0,
  });
  await writer.start(new AbortController().signal);
  t.after(async () => {
    const stopping = writer.stop();
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    mock.timers.tick(200);
    await stopping;
    mock.timers.reset();
  });
  writer.touch();
  for (let turn = 0; turn < 20; turn += 1) await setImmediate();
  mock.timers.tick(200);
  for (let turn = 0; turn < 20; turn += 1) await setImmediate();
  assert.deepEqual(written, ["/apis/ptp.openshift.io/v1/namespaces/ns/ptpconfigs/b/status"]);
  assert.deepEqual(told, [["matchList not written; trying again", "PtpConfig/ns/a", refused.message]]);
  assert.equal(failures, 1);
});
