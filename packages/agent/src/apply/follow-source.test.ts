import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { silentLogger } from "@ptp/kit";
import type { HostFacts, Instant, NodeConfig, NodeProfile } from "@ptp/node";
import type { ProcessSpec } from "@ptp/plan";
import { metricSamples } from "@ptp/truth";
import { createObserver } from "../observe/create-observer.ts";
import type { Observer } from "../observe/observer.ts";
import { createSupervisor, type Supervisor } from "../process/supervisor.ts";
import { eventually, fixturePath } from "../process/testing/fixture.ts";
import { createApplier, type Applier } from "./applier.ts";

/** Seconds of the heartbeat and of the grace time pass ten times as fast, so does silence. */
const haste = 10;
const clock = (): Instant => ({ monotonicMs: performance.now() * haste, unixMs: Date.now() });

const facts: HostFacts = {
  nodeName: "n",
  programs: {
    ptp4l: { path: fixturePath("follows.sh"), version: "4.2" },
    phc2sys: { path: fixturePath("steers.sh"), version: "4.2" },
  },
  interfaces: [],
};

const bc = (name: string, port: string): NodeProfile => ({
  name,
  ptp4lOpts: "-2",
  ptp4lConf: `[global]\ndomainNumber 24\n[${port}]\n`,
});
const ha: NodeProfile = {
  name: "z",
  ptp4lOpts: "",
  phc2sysOpts: "-a -r",
  ptpSettings: { haProfiles: "bc1,bc2" },
  highAvailability: { enableHA: true, preferredPrimary: "bc1" },
};
const config: NodeConfig = {
  nodeName: "n",
  profiles: [bc("bc1", "ens1f0"), bc("bc2", "ens2f0"), ha],
  hardware: [],
  plugins: [],
  secrets: [],
};

/** Supervisor, observer and applier as an agent wires them, with files of a folder of their own. */
async function agent(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "ptp-follow-"));
  const wanted = new Map<string, ProcessSpec>();
  const moved = (spec: ProcessSpec): ProcessSpec => {
    wanted.set(spec.key, spec);
    return JSON.parse(JSON.stringify(spec).replaceAll("/var/run/", `${folder}/`)) as ProcessSpec;
  };
  const supervisor: Supervisor = createSupervisor({
    listener: {
      onLine: (key, line) => observer.onLine(key, line),
      onProcessChange: (report) => observer.onProcessChange(report),
    },
    env: { PATH: "/usr/bin:/bin" },
    clock,
    random: () => 0,
    log: silentLogger,
    initialBackoffMs: 30,
  });
  const observer: Observer = createObserver({
    nodeName: "n",
    query: () => Promise.resolve(undefined),
    processes: () => supervisor.processes(),
    listener: {
      onReady: (key) => supervisor.reportReady(key),
      onHung: () => undefined,
      onOffset: (key, offsetNs) => supervisor.reportOffset(key, offsetNs),
      onChoice: () => applier.rechoose(),
      onClocksChanged: () => undefined,
    },
    clock,
    log: silentLogger,
  });
  const applier: Applier = createApplier({
    nodeName: "n",
    supervisor: {
      specs: () =>
        supervisor
          .specs()
          .map(({ key }) => wanted.get(key))
          .filter((spec) => spec !== undefined),
      adopt: (specs) => supervisor.adopt(specs.map(moved)),
      apply: (actions) =>
        supervisor.apply(
          actions.map((action) => (action.kind === "stop" ? action : { kind: "start", spec: moved(action.spec) })),
        ),
    },
    collectFacts: () => Promise.resolve(facts),
    choices: () => observer.choices(),
    save: () => Promise.resolve(),
    onPlan: (plan, planned) => observer.onPlan(plan, planned),
    onChange: () => undefined,
    log: silentLogger,
  });
  t.after(async () => {
    await applier.stop();
    await supervisor.stopAll();
    await observer.stop();
    await rm(folder, { recursive: true });
  });
  return { applier, observer, supervisor, folder };
}

test("phc2sys alone starts anew when another source is chosen, and again when the first one is back", async (t) => {
  const { applier, observer, supervisor, folder } = await agent(t);
  const result = await new Promise((answer) =>
    applier.offer({ issued: { revision: "r", config }, dropped: [], answer }),
  );
  assert.match(JSON.stringify(result), /"applied".*"applied".*"applied"/);
  const systemClock = () => observer.clocks().find(({ process }) => process === "phc2sys");
  const follows = (profile: string) => systemClock()?.state === "LOCKED" && systemClock()?.source?.profile === profile;
  const processOf = (key: string) => supervisor.processes().find((report) => report.key === key);
  const phc2sysLine = () =>
    applier
      .inForce()
      ?.plan.processes.find(({ key }) => key === "phc2sys.2")
      ?.argv.join(" ");
  await eventually("the preferred source is followed", () => follows("bc1"));
  assert.match(phc2sysLine() ?? "", /-n 24 -z \/var\/run\/ptp4l\.0\.socket$/);
  const before = ["ptp4l.0", "ptp4l.1"].map((key) => processOf(key)?.pid);
  const startsBefore = processOf("phc2sys.2")?.starts ?? 0;

  await writeFile(join(folder, "ptp4l.0.config.lost"), "");
  await eventually("the other source is followed", () => follows("bc2"));
  assert.match(phc2sysLine() ?? "", /-n 24 -z \/var\/run\/ptp4l\.1\.socket$/);
  assert.equal(processOf("phc2sys.2")?.starts, startsBefore + 1);
  assert.match(systemClock()?.source?.cause.join(" < ") ?? "", /^bc1 failed: its port is FAULTY, .* < bc2 is well$/);
  const series = metricSamples(observer.view()).filter(({ family }) => family === "haProfileStatus");
  assert.deepEqual(
    series.map(({ labels, value }) => [labels["profile"], value]),
    [
      ["bc1", 0],
      ["bc2", 1],
    ],
  );

  await rm(join(folder, "ptp4l.0.config.lost"));
  await eventually("the preferred one is followed again", () => follows("bc1"));
  assert.equal(processOf("phc2sys.2")?.starts, startsBefore + 2);
  assert.deepEqual(
    ["ptp4l.0", "ptp4l.1"].map((key) => processOf(key)?.pid),
    before,
    "no ptp4l was touched",
  );
});

test("a source whose ptp4l dies is left, and facts that are looked at again bring nothing back", async (t) => {
  const { applier, observer, supervisor } = await agent(t);
  await new Promise((answer) => applier.offer({ issued: { revision: "r", config }, dropped: [], answer }));
  const source = () => observer.clocks().find(({ process }) => process === "phc2sys")?.source;
  await eventually("both follow", () => observer.clocks().every(({ state }) => state === "LOCKED"));
  assert.equal(source()?.profile, "bc1");
  const kill = setInterval(() => {
    const pid = supervisor.processes().find(({ key }) => key === "ptp4l.0")?.pid;
    if (pid !== undefined) process.kill(pid, "SIGKILL");
  }, 5);
  t.after(() => clearInterval(kill));
  await eventually("the other one is chosen", () => source()?.profile === "bc2");
  assert.match(source()?.cause[0] ?? "", /^bc1 failed: its ptp4l is down|^bc1 failed: it is /);
  const argv = () =>
    supervisor
      .specs()
      .find(({ key }) => key === "phc2sys.2")
      ?.argv.at(-1) ?? "";
  await eventually("phc2sys is told", () => argv().endsWith("ptp4l.1.socket"));
  applier.recheck();
  // Ends when the turn is over.
  await applier.stop();
  assert.match(argv(), /ptp4l\.1\.socket$/);
});
