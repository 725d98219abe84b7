import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { silentLogger } from "@ptp/kit";
import type { ClockIdentity, GrandmasterSettings } from "@ptp/ptp";
import { tgmSettings, type AnnouncePlan, type AnnounceReadBack } from "@ptp/truth";
import { eventually } from "../process/testing/fixture.ts";
import type { AnnouncePort } from "./announce-port.ts";
import { createAnnouncer, type Announcer } from "./announcer.ts";

const utc = { currentUtcOffsetS: 37, leap61: false, leap59: false };
const [six, lost] = [tgmSettings(6, 0x21, utc), tgmSettings(248, 0xfe, utc)];
const identity = "aabbcc.fffe.ddeeff" as ClockIdentity;
const external = { grandmasterIdentity: identity, stepsRemoved: 1 };
const own = { grandmasterIdentity: "112233.fffe.445566" as ClockIdentity, stepsRemoved: 0 };

const settings = (configName: string, value: GrandmasterSettings) =>
  ({ kind: "grandmaster-settings", configName, value }) as const;
const gm = (configName: string, value = external) => ({ kind: "external-grandmaster", configName, value }) as const;

interface Bench {
  /** Answers that are waited for. */
  readonly silent: Map<string, Promise<AnnounceReadBack>>;
  readonly announcer: Announcer;
  /** What each ptp4l announces. */
  readonly announced: Map<string, AnnounceReadBack>;
  /** Each write as `config kind`. */
  readonly written: string[];
  /** `config kind` of writes that are refused. */
  readonly refused: Set<string>;
  readonly results: string[];
  readonly pending: Map<string, number>;
}

function bench(t: TestContext): Bench {
  const announced = new Map<string, AnnounceReadBack>();
  const [written, refused, results] = [[] as string[], new Set<string>(), [] as string[]];
  const pending = new Map<string, number>();
  const silent: Bench["silent"] = new Map();
  const port: AnnouncePort = {
    read: ({ configName }) =>
      silent.get(configName) ?? Promise.resolve(announced.get(configName) ?? { reason: "ptp4l did not answer" }),
    write: ({ kind, configName, value }) => {
      const name = `${configName} ${kind}`;
      written.push(name);
      if (refused.has(name)) return Promise.resolve({ reason: "ptp4l refused with NOT_SUPPORTED" });
      const part = kind === "grandmaster-settings" ? { settings: value } : { external: value };
      announced.set(configName, { ...announced.get(configName), ...part });
      return Promise.resolve(undefined);
    },
  };
  const announcer = createAnnouncer({
    port,
    metrics: {
      noteWrite: (configName, result) => results.push(`${configName} ${result}`),
      setPending: (configName, count) => pending.set(configName, count),
    },
    onNotices: () => undefined,
    monotonicMs: () => performance.now(),
    random: () => 1,
    log: silentLogger,
  });
  t.after(() => announcer.stop());
  return { silent, announcer, announced, written, refused, results, pending };
}

const plan: AnnouncePlan = [gm("b"), settings("b", six), gm("c"), settings("c", six)];

test("createAnnouncer: writes what differs in the order of the plan, and nothing twice", async (t) => {
  const { announcer, announced, written, results, pending } = bench(t);
  announced.set("b", { settings: lost, external: own });
  announced.set("c", { settings: six, external });
  announcer.want(plan);
  await eventually("b is written", () => pending.get("c") === 0);
  assert.deepEqual(written, ["b external-grandmaster", "b grandmaster-settings"]);
  announcer.want([...plan]);
  announcer.want([gm("b", own), settings("b", lost), settings("a", lost)]);
  announced.set("a", { settings: lost });
  await eventually("all of the other plan", () => pending.get("a") === 0);
  assert.deepEqual(written.slice(2), ["b external-grandmaster", "b grandmaster-settings"]);
  assert.deepEqual(announced.get("b"), { settings: lost, external: own });
  assert.ok(results.every((result) => result === "b written"));
  assert.deepEqual(announcer.notices(), []);
});

test("createAnnouncer: a value is not written before those in front of it; other ptp4l are not held up", async (t) => {
  const { announcer, announced, written, refused, pending } = bench(t);
  for (const name of ["b", "c"]) announced.set(name, { settings: lost, external: own });
  refused.add("b external-grandmaster");
  announcer.want(plan);
  await eventually("c is written", () => pending.get("c") === 0 && announced.get("c")?.settings === six);
  assert.ok(!written.includes("b grandmaster-settings"), "a class whose grandmaster is not told would be a lie");
  assert.equal(pending.get("b"), 2);
  const [notice = ""] = announcer.notices();
  assert.match(notice, /^b does not announce .*: EXTERNAL_GRANDMASTER_PROPERTIES_NP: .* refused with NOT_SUPPORTED$/);
  refused.clear();
  await eventually("b is tried again", () => announced.get("b")?.settings === six);
  await eventually("nothing is missing", () => announcer.notices().length === 0 && pending.get("b") === 0);
});

test("createAnnouncer: a ptp4l that started anew is read and written again, one that is silent is waited for", async (t) => {
  const { announcer, announced, written, pending } = bench(t);
  announcer.want([settings("b", six)]);
  await eventually("its silence is told", () => announcer.notices().some((each) => each.includes("did not answer")));
  assert.deepEqual(written, []);
  announced.set("b", { settings: lost });
  await eventually("it is written", () => announced.get("b")?.settings === six);
  await eventually("it is settled", () => pending.get("b") === 0);
  announced.set("b", { settings: lost });
  announcer.restarted("b");
  await eventually("it is written again", () => announced.get("b")?.settings === six);
  assert.equal(written.length, 2);
});

test("createAnnouncer: what someone else wrote is put right", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const now = t.mock.method(performance, "now", () => 0);
  const { announcer, announced, written } = bench(t);
  const turns = async (): Promise<void> => {
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  announced.set("b", { settings: six });
  announcer.want([settings("b", six)]);
  await turns();
  announced.set("b", { settings: lost });
  now.mock.mockImplementation(() => 10_000);
  t.mock.timers.tick(10_000);
  await turns();
  assert.deepEqual([written, announced.get("b")?.settings], [["b grandmaster-settings"], six]);
});

test("createAnnouncer: a ptp4l whose answer is waited for holds up no other", async (t) => {
  const { silent, announcer, announced } = bench(t);
  const { promise, resolve } = Promise.withResolvers<AnnounceReadBack>();
  silent.set("b", promise);
  announced.set("c", { settings: lost, external: own });
  announcer.want(plan);
  await eventually("c is written", () => announced.get("c")?.settings === six);
  silent.clear();
  resolve({ settings: lost, external: own });
  await eventually("b too, after its answer", () => announced.get("b")?.settings === six);
});
