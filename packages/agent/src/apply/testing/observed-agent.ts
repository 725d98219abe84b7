import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { silentLogger } from "@ptp/kit";
import type { HostFacts, Instant, NodeProfile, Result } from "@ptp/node";
import type { ProcessSpec } from "@ptp/plan";
import { createObserver } from "../../observe/create-observer.ts";
import type { Observer } from "../../observe/observer.ts";
import { createSupervisor, type Supervisor } from "../../process/supervisor.ts";
import { fixturePath } from "../../process/testing/fixture.ts";
import { createApplier, type Applier } from "../applier.ts";

/** Seconds of heartbeats, grace times and tolerances pass so many times as fast, and so does silence. */
const haste = 10;
const clock = (): Instant => ({ monotonicMs: performance.now() * haste, unixMs: Date.now() });

const program = (name: string) => ({ path: fixturePath(name), version: "4.2" });

/** Programs that write what the real ones do. */
const facts: HostFacts = {
  nodeName: "n",
  programs: {
    ptp4l: program("follows.sh"),
    phc2sys: program("steers.sh"),
    ts2phc: program("locks.sh"),
    chronyd: program("selects.sh"),
    gpsd: program("runs.sh"),
    gpspipe: program("runs.sh"),
  },
  interfaces: [{ name: "ens1f0" }],
};

/** What runs and watches programs, as an agent wires it. */
export interface ObservedAgent {
  readonly applier: Applier;
  readonly observer: Observer;
  readonly supervisor: Supervisor;
  /** Where its files are instead of /var/run. */
  readonly folder: string;
  readonly offer: (profiles: readonly NodeProfile[]) => Promise<Result>;
}

/** Supervisor, observer and applier, with files of a folder of their own. */
export async function startObservedAgent(t: TestContext): Promise<ObservedAgent> {
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
  const offer: ObservedAgent["offer"] = (profiles) =>
    new Promise((answer) => {
      const config = { nodeName: "n", profiles, hardware: [], plugins: [], secrets: [] };
      applier.offer({ issued: { revision: "r", config }, dropped: [], answer });
    });
  return { applier, observer, supervisor, folder, offer };
}
