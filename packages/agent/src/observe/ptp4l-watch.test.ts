import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { silentLogger } from "@ptp/kit";
import type { Ptp4lInstance } from "@ptp/plan";
import type { ClockIdentity, ManagementBodies, ManagementId, ManagementResponse, PortState } from "@ptp/ptp";
import { eventually } from "../process/testing/fixture.ts";
import { createPtp4lWatch, type Ptp4lWatch } from "./ptp4l-watch.ts";

const clockIdentity = "112233.fffe.445566" as ClockIdentity;
const instance: Ptp4lInstance = {
  key: "ptp4l.0",
  profile: "p",
  configName: "ptp4l.0.config",
  socketPath: "/var/run/ptp4l.0.socket",
  domainNumber: 24,
  clockType: "OC",
  interfaces: ["eth0"],
};

const port = (portState: PortState) => ({
  portIdentity: { clockIdentity, portNumber: 1 },
  portState,
  logSyncInterval: -4,
});
const newsOf = (portState: PortState) => ({ id: "PORT_DATA_SET", body: port(portState) }) as ManagementResponse;

interface Watched {
  readonly watch: Ptp4lWatch;
  /** States of the port in the order in which they were told. */
  readonly told: string[];
  /** Lets the questions of the round that is underway be answered. */
  readonly answer: () => void;
  /** ptp4l tells so while it is asked. */
  readonly tellUnread: (news: ManagementResponse) => void;
  readonly rounds: () => number;
}

/** A watch of a ptp4l that answered once that its port receives time, and whose next answers are held back. */
async function watched(t: TestContext, of: Ptp4lInstance = instance): Promise<Watched> {
  const told: string[] = [];
  const unread: ManagementResponse[] = [];
  let [rounds, free] = [0, Promise.resolve()];
  let answer = (): void => undefined;
  const body = async (id: ManagementId): Promise<readonly unknown[]> => {
    if (id !== "DEFAULT_DATA_SET") return id === "PORT_DATA_SET" ? [port("TIME_RECEIVER")] : [];
    rounds += 1;
    await free;
    return [{ numberPorts: 1, clockIdentity }];
  };
  const watch = createPtp4lWatch({
    instance: of,
    query: async <K extends ManagementId>(_: Ptp4lInstance, id: K) =>
      (await body(id)) as readonly ManagementBodies[K][],
    hearNews: () => {
      for (const news of unread.splice(0)) watch.hear(news);
    },
    onObservations: (all) => told.push(...all.flatMap((each) => (each.kind === "port" ? [each.state] : []))),
    onReady: () => undefined,
    onHung: () => undefined,
    isHurried: () => false,
    dueInMs: () => undefined,
    log: silentLogger,
  });
  t.after(async () => {
    answer();
    await watch.stop();
  });
  watch.restart(true);
  await eventually("it answered", () => told.length === 1);
  free = new Promise((resolve) => (answer = resolve));
  watch.wake();
  await eventually("it is asked", () => rounds === 2);
  return { watch, told, answer: () => answer(), tellUnread: (news) => void unread.push(news), rounds: () => rounds };
}

test("createPtp4lWatch: news of a fault are told at once, and answers to older questions not at all", async (t) => {
  const { watch, told, answer, rounds } = await watched(t);
  watch.hear(newsOf("FAULTY"));
  await Promise.resolve();
  assert.deepEqual(told, ["TIME_RECEIVER", "FAULTY"]);
  answer();
  await eventually("it is asked anew", () => rounds() === 3 && told.length === 3);
  assert.deepEqual(told, ["TIME_RECEIVER", "FAULTY", "TIME_RECEIVER"]);
});

test("createPtp4lWatch: what was told before an answer came is not taken for newer", async (t) => {
  const { told, answer, tellUnread, rounds } = await watched(t);
  tellUnread(newsOf("FAULTY"));
  answer();
  await eventually("it is asked anew", () => rounds() === 3 && told.length === 3);
  assert.deepEqual(told, ["TIME_RECEIVER", "FAULTY", "TIME_RECEIVER"]);
});

test("createPtp4lWatch: of news that piled up the last counts", async (t) => {
  const { watch, told, answer } = await watched(t);
  for (const state of ["FAULTY", "LISTENING", "TIME_RECEIVER"] as const) watch.hear(newsOf(state));
  await Promise.resolve();
  assert.deepEqual(told, ["TIME_RECEIVER"]);
  answer();
  await eventually("answers count", () => told.length >= 2);
  assert.ok(!told.includes("FAULTY"));
});

test("createPtp4lWatch: where another port may take over, or the process ended, news are no more than a reason to ask", async (t) => {
  const two = await watched(t, { ...instance, interfaces: ["eth0", "eth1"] });
  two.watch.hear(newsOf("FAULTY"));
  await Promise.resolve();
  assert.deepEqual(two.told, ["TIME_RECEIVER"]);
  const one = await watched(t);
  one.watch.restart(false);
  one.watch.hear(newsOf("FAULTY"));
  await Promise.resolve();
  assert.deepEqual(one.told, ["TIME_RECEIVER"]);
});
