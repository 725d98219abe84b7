import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { createRegistry, metricsRoute } from "@ptp/kit";
import { createReplay, eventValues, type ReplayedChange } from "@ptp/truth";
import { createSamplePublisher } from "../metrics/publish-samples.ts";
import { feedReplay } from "./replay-feed.ts";
import { readReplayPlan } from "./replay-plan.ts";

const scenarios = fileURLToPath(new URL("testing/scenarios/", import.meta.url));

/** Small recordings of our own, with the whole text of `/metrics` at their end. `PTP_UPDATE_GOLDENS=1` writes them anew. */
for (const name of [
  "ordinary-clock",
  "boundary-clock-fault",
  "system-clock-out-of-range",
  "event-lines",
  "redundant-sources",
  "grandmaster-gnss-loss",
]) {
  test(`metrics at the end of the recording ${name}`, async () => {
    const { config, plan } = await readReplayPlan(join(scenarios, name), "worker-1");
    const replay = createReplay({ nodeName: "worker-1", plan, config });
    const source = { path: join(scenarios, name, "recording.log"), speed: 0 };
    const changes: ReplayedChange[] = [];
    await feedReplay(
      { source, replay, stdin: silence(), onChanges: (news) => changes.push(...news), ...frozen },
      AbortSignal.timeout(60_000),
    );
    const registry = createRegistry();
    createSamplePublisher(registry).publish(replay.view());
    const told = changes.map(({ change: { at, clock, of, from, to, cause } }) => {
      const what = of === undefined ? "" : ` ${of}`;
      return `# ${at.unixMs / 1000} ${clock.process} ${clock.iface}${what}: ${from} -> ${to}: ${cause.join("; ")}\n`;
    });
    const { body } = await metricsRoute(registry)();
    const series = String(body)
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    const text = `${told.join("")}${series.toSorted((a, b) => (a < b ? -1 : 1)).join("\n")}\n`;
    const golden = join(scenarios, name, "metrics.txt");
    if (process.env["PTP_UPDATE_GOLDENS"] === "1") await writeFile(golden, text);
    assert.equal(text, await readFile(golden, "utf8"));
  });
}

const frozen = { monotonicMs: () => 0, unixMs: () => 0 };

async function* silence(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.alloc(0));
}

async function folderWith(t: TestContext, content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "ptp-replay-"));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "log"), content);
  return join(folder, "log");
}

const following = "ptp4l[10.0]: [ptp4l.0.config:6] master offset 5 s2 freq +0 path delay 100\n";
const fault = "ptp4l[10.1]: [ptp4l.0.config:5] port 1 (ens1f0): SLAVE to FAULTY on FAULT_DETECTED\n";
const late = "ptp4l[17.1]: [ptp4l.0.config:5] port 1 (ens1f0): FAULTY to LISTENING on INIT_COMPLETE\n";

test("a file is fed in its own time, and time goes on between its lines", async (t) => {
  const path = await folderWith(t, following + fault + late);
  const { config, plan } = await readReplayPlan(join(scenarios, "ordinary-clock"), "worker-1");
  const replay = createReplay({ nodeName: "worker-1", plan, config });
  const begunMs = performance.now();
  const seen: [string, number][] = [];
  await feedReplay(
    {
      source: { path, speed: 10 },
      replay,
      stdin: silence(),
      onChanges: (news) =>
        seen.push(...news.map(({ change }) => [change.to, performance.now() - begunMs] as [string, number])),
      monotonicMs: () => performance.now(),
      unixMs: () => 0,
    },
    AbortSignal.timeout(60_000),
  );
  assert.deepEqual(
    seen.map(([state]) => state),
    ["LOCKED", "HOLDOVER", "FREERUN"],
  );
  const [, , freerun] = seen;
  // Holdover of 5 s ends after 0.5 s at tenfold speed, before the next line is due.
  assert.ok((freerun?.[1] ?? 0) >= 500, `${freerun?.[1]} ms`);
  assert.ok(performance.now() - begunMs >= 700);
});

test("lines on standard input count as they come, and so does silence", async () => {
  const { config, plan } = await readReplayPlan(join(scenarios, "ordinary-clock"), "worker-1");
  const replay = createReplay({ nodeName: "worker-1", plan, config });
  let nowMs = 0;
  const states: string[] = [];
  const over = Promise.withResolvers<void>();
  async function* stdin(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(following + fault);
    nowMs = 6_000;
    await over.promise;
  }
  await feedReplay(
    {
      source: { path: "-", speed: 1 },
      replay,
      stdin: stdin(),
      onChanges: (news) => {
        states.push(...news.map(({ change }) => change.to));
        if (states.includes("FREERUN")) over.resolve();
      },
      monotonicMs: () => nowMs,
      unixMs: () => nowMs,
    },
    AbortSignal.timeout(60_000),
  );
  assert.deepEqual(states, ["LOCKED", "HOLDOVER", "FREERUN"]);
});

test("profiles that cannot be used are told with their path", async (t) => {
  const path = await folderWith(t, "no JSON");
  await assert.rejects(readReplayPlan(join(path, ".."), "log"), /log is not JSON/);
  await assert.rejects(readReplayPlan(join(path, ".."), "none"), /there is no .*none: put the node's profiles there/);
});

test("clocks of a profile that names no interface are called by their programs' configs, not by nothing", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "ptp-replay-"));
  t.after(() => rm(folder, { recursive: true }));
  const profile = { name: "gm", interface: "", ptp4lOpts: "-2", ts2phcOpts: "-m", ptp4lConf: "[global]\n" };
  await writeFile(join(folder, "w"), JSON.stringify([profile]));
  const { config, plan } = await readReplayPlan(folder, "w");
  const values = eventValues(createReplay({ nodeName: "w", plan, config }).view());
  assert.ok(values.length > 3);
  for (const value of values) assert.ok(!("name" in value) || value.name !== "", JSON.stringify(value));
});

test("a profile that cannot be read is told with its reason, and the others are replayed", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "ptp-replay-"));
  t.after(() => rm(folder, { recursive: true }));
  const good = { name: "a", ptp4lOpts: "-2", ptp4lConf: "[global]\n[ens1f0]\n" };
  await writeFile(join(folder, "w"), JSON.stringify([good, { name: "b", ts2PhcOpts: "-m" }]));
  const { refused, plan } = await readReplayPlan(folder, "w");
  assert.deepEqual(
    refused.map(({ name, path }) => [name, path]),
    [["b", "ts2PhcOpts"]],
  );
  assert.deepEqual(
    plan.processes.map(({ key }) => key),
    ["ptp4l.0"],
  );
});
