import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import type { Ptp4lInstance } from "@ptp/plan";
import { decodeMessage, encodeResponse, parsePortIdentity, type ManagementRequest, type PortIdentity } from "@ptp/ptp";
import { DatagramError, type DatagramPort } from "../host/datagram-port.ts";
import { openLinuxDatagramPort } from "../host/linux-datagram.ts";
import { createNewsSubscription, newsWanted } from "./news-subscription.ts";

const clock = parsePortIdentity("4628ea.fffe.02aa96-1") as PortIdentity;
const envelope = { domainNumber: 24, sequenceId: 0, sourcePortIdentity: clock, targetPortIdentity: clock };
const change = encodeResponse(envelope, "PORT_DATA_SET_NP", { neighborPropDelayThreshNs: 1, asCapable: true });

interface FakeClock {
  readonly port: DatagramPort;
  readonly subscribers: { readonly request: ManagementRequest; readonly path: string }[];
}

/** A stand-in for ptp4l that takes subscriptions. */
async function fakeClock(t: TestContext, path: string): Promise<FakeClock> {
  const subscribers: FakeClock["subscribers"] = [];
  const port: DatagramPort = await openLinuxDatagramPort({
    path,
    onDatagram: (bytes, from) => {
      const request = decodeMessage(bytes);
      assert.equal(request.kind, "request");
      subscribers.push({ request, path: from });
      const { domainNumber, sequenceId, portIdentity: targetPortIdentity } = request;
      const answer = { domainNumber, sequenceId, sourcePortIdentity: clock, targetPortIdentity };
      port.sendTo(encodeResponse(answer, "SUBSCRIBE_EVENTS_NP", newsWanted), from);
    },
    onFailure: (error) => assert.fail(error),
  });
  t.after(() => port.close());
  return { port, subscribers };
}

/** As long as no time passes for what is tested: its timers are the test's. */
async function meanwhile(what: string, condition: () => boolean): Promise<void> {
  const end = performance.now() + 20_000;
  while (!condition()) {
    assert.ok(performance.now() < end, `did not happen: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("createNewsSubscription: subscribes to changes alone, renews in time and begins anew with each ptp4l", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const dir = mkdtempSync(join(tmpdir(), "ptp-news-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const socketPath = join(dir, "ptp4l");
  const instance: Ptp4lInstance = {
    key: "ptp4l.0",
    profile: "p",
    configName: "ptp4l.0.config",
    socketPath,
    domainNumber: 24,
    clockType: "OC",
    interfaces: ["eth0"],
  };
  let news = 0;
  const first = await fakeClock(t, socketPath);
  const path = join(dir, "news");
  const subscription = createNewsSubscription({
    instance,
    path,
    openPort: openLinuxDatagramPort,
    onNews: () => void (news += 1),
  });
  t.after(() => subscription.stop());
  subscription.begin();
  await meanwhile("it subscribes", () => first.subscribers.length === 1);
  assert.deepEqual(first.subscribers[0]?.request.body, newsWanted);
  assert.deepEqual([newsWanted.timeSync, newsWanted.cmlds], [false, false], "measurements would pile up");
  assert.equal(news, 0, "the answer is no news");
  // As many as an agent that stands still may be told of: none has to wait for it, though it reads none of them yet.
  for (let i = 0; i < 100; i++) assert.equal(first.port.sendTo(change, path), undefined);
  await meanwhile("it hears of all", () => news === 100);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(first.subscribers.length, 1);
  t.mock.timers.tick((newsWanted.durationS * 1_000) / 2);
  await meanwhile("it renews", () => first.subscribers.length === 2);
  await first.port.close();
  const second = await fakeClock(t, socketPath);
  subscription.begin();
  await meanwhile("the next ptp4l is subscribed to at once", () => second.subscribers.length === 1);
  assert.equal(second.port.sendTo(change, path), undefined);
  await meanwhile("and heard", () => news === 101);
});

test("createNewsSubscription: two renewals without an answer in a row are worth another socket", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const turns = async (): Promise<void> => {
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  const done: string[] = [];
  const absent = new DatagramError({ code: "ECONNREFUSED", errno: 111, syscall: "connect", path: "/p" });
  const subscription = createNewsSubscription({
    instance: {
      key: "ptp4l.0",
      profile: "p",
      configName: "ptp4l.0.config",
      socketPath: "/p",
      domainNumber: 24,
      clockType: "OC",
      interfaces: ["eth0"],
    },
    path: "/news",
    openPort: () => {
      done.push("open");
      return Promise.resolve({
        sendTo: () => absent,
        attach: () => {
          done.push("ask");
          return absent;
        },
        receiveWithin: () => false,
        close: () => {
          done.push("close");
          return Promise.reject(new Error("its file stays"));
        },
      });
    },
    onNews: () => undefined,
  });
  subscription.begin();
  await turns();
  assert.deepEqual(done, ["open", "ask"]);
  t.mock.timers.tick(3_000);
  await turns();
  assert.deepEqual(done.slice(2, 4), ["ask", "close"]);
  t.mock.timers.tick(1);
  await turns();
  assert.deepEqual(done.slice(4), ["open", "ask"], "at once, and no more until the next renewal");
  await subscription.stop();
  assert.equal(done.at(-1), "close");
});
