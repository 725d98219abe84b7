import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { silentLogger } from "@ptp/kit";
import type { NodeConfig, ProcessReport } from "@ptp/node";
import type { ProcessSpec, Ptp4lInstance, RunPlan } from "@ptp/plan";
import { eventually, fixtureSpec } from "../process/testing/fixture.ts";
import { createObserver } from "./create-observer.ts";
import type { Observer } from "./observer.ts";
import type { ManagementQuery } from "./ptp4l-round.ts";
import { answering, instance } from "./testing/answers.ts";

const config: NodeConfig = { nodeName: "n", profiles: [{ name: "test" }], hardware: [], plugins: [], secrets: [] };

function planOf(processes: readonly ProcessSpec[], ptp4lInstances: readonly Ptp4lInstance[]): RunPlan {
  return { processes, ptp4lInstances, outcomes: [], runIds: {}, aliasByInterface: {} };
}

const ptp4lPlan = (instances: readonly Ptp4lInstance[]): RunPlan =>
  planOf([fixtureSpec("ptp4l.0", ["ptp4l"])], instances);

function report(key: string, program: ProcessReport["program"], state: ProcessReport["state"]): ProcessReport {
  const rest = { profile: "test", configName: `${key}.config`, starts: 1, sinceUnixMs: 0, lastExit: "" };
  return { key, program, state, ...rest };
}

interface Bench {
  readonly observer: Observer;
  readonly asked: Ptp4lInstance[];
  readonly processes: ProcessReport[];
}

function bench(t: TestContext): Bench {
  const asked: Ptp4lInstance[] = [];
  const query: ManagementQuery = (of) => {
    asked.push(of);
    if (asked.length === 1) throw new TypeError("a bug");
    return Promise.resolve(undefined);
  };
  return { asked, ...observing(t, query) };
}

function observing(t: TestContext, query: ManagementQuery): Omit<Bench, "asked"> {
  const processes: ProcessReport[] = [];
  const ignore = () => undefined;
  const observer = createObserver({
    nodeName: "n",
    query,
    processes: () => processes,
    listener: { onReady: ignore, onHung: ignore, onOffset: ignore, onChoice: ignore, onClocksChanged: ignore },
    clock: () => ({ monotonicMs: performance.now(), unixMs: Date.now() }),
    log: silentLogger,
  });
  t.after(() => observer.stop());
  return { observer, processes };
}

function causeOf(observer: Observer): string {
  return observer.clocks()[0]?.cause.join("; ") ?? "no clock";
}

test("an edit that changes no process leaves what is known of its clock", (t) => {
  const { observer, processes } = bench(t);
  observer.onPlan(ptp4lPlan([instance]), config);
  processes.push(report("ptp4l.0", "ptp4l", "running"));
  observer.onProcessChange(report("ptp4l.0", "ptp4l", "running"));
  const before = causeOf(observer);
  assert.doesNotMatch(before, /has not started/);
  observer.onPlan(ptp4lPlan([{ ...instance, clockType: "BC", configName: "renamed" }]), config);
  assert.equal(causeOf(observer), before);
  assert.equal(observer.view().ptpClocks[0]?.configName, "renamed");
});

test("the keeper of another clock hears that its process runs already", async (t) => {
  const { observer, asked, processes } = bench(t);
  processes.push(report("ptp4l.0", "ptp4l", "running"));
  observer.onPlan(ptp4lPlan([instance]), config);
  // The first question fails: the watch goes on after it.
  await eventually("it is asked again", () => asked.length > 1);
  observer.onPlan(ptp4lPlan([{ ...instance, domainNumber: 25 }]), config);
  await eventually("the other is asked", () => asked.at(-1)?.domainNumber === 25);
  assert.doesNotMatch(causeOf(observer), /has not started/);
});

test("one that answers all but its offset becomes unknown, until it tells it again", async (t) => {
  let isTelling = true;
  let ingressTimeNs = 0n;
  const query: ManagementQuery = (...asked) => {
    ingressTimeNs += 1n;
    return answering({ TIME_STATUS_NP: isTelling ? [{ offsetNs: 5, ingressTimeNs }] : undefined })(...asked);
  };
  const { observer } = observing(t, query);
  const stateOf = () => observer.clocks()[0]?.state;
  observer.onPlan(ptp4lPlan([instance]), config);
  observer.onProcessChange(report("ptp4l.0", "ptp4l", "running"));
  await eventually("it is locked", () => stateOf() === "LOCKED");
  isTelling = false;
  await eventually("it is unknown", () => stateOf() === "UNKNOWN", 30_000);
  assert.equal(causeOf(observer), "ptp4l answers but has not told its offset for 3 s");
  isTelling = true;
  await eventually("it is locked again", () => stateOf() === "LOCKED", 30_000);
  assert.equal(causeOf(observer), "port 1 (eth0) is SLAVE, offset within thresholds", "its ports are named anew");
});

test("one that was stopped takes no end of a program for news, and watches nothing anew", async (t) => {
  const { observer } = observing(t, answering({}));
  observer.onPlan(ptp4lPlan([instance]), config);
  observer.onProcessChange(report("ptp4l.0", "ptp4l", "running"));
  await eventually("it is locked", () => observer.clocks()[0]?.state === "LOCKED");
  const [before] = observer.clocks();
  const stopped = observer.stop();
  observer.onProcessChange(report("ptp4l.0", "ptp4l", "stopping"));
  observer.onPlan(planOf([], []), config);
  await stopped;
  observer.onLine("ptp4l.0", "ptp4l[2.0]: [ptp4l.0.config:6] port 1 (eth0): SLAVE to FAULTY on FAULT_DETECTED");
  assert.deepEqual(observer.clocks(), [before]);
});

const line = "phc2sys[1.0]: [ptp4l.0.config:6] CLOCK_REALTIME phc offset 5 s2 freq +0 delay 500";

test("the system clock takes its new name, and no line of a phc2sys that ended", (t) => {
  const { observer } = bench(t);
  const spec = fixtureSpec("phc2sys.0", ["phc2sys"], { program: "phc2sys", configName: "ptp4l.0.config" });
  observer.onPlan(planOf([spec], []), config);
  observer.onProcessChange(report("phc2sys.0", "phc2sys", "running"));
  observer.onLine("phc2sys.0", line);
  assert.equal(observer.view().systemClocks[0]?.reading?.offsetNs, 5);
  observer.onPlan(planOf([{ ...spec, configName: "phc2sys.0.config" }], []), config);
  assert.equal(observer.view().systemClocks[0]?.configName, "phc2sys.0.config");
  assert.equal(observer.view().systemClocks[0]?.reading?.offsetNs, 5);
  observer.onProcessChange(report("phc2sys.0", "phc2sys", "backoff"));
  observer.onLine("phc2sys.0", line);
  assert.equal(observer.view().systemClocks[0]?.reading, undefined);
});
