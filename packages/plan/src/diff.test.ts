import assert from "node:assert/strict";
import test from "node:test";
import type { NodeProfile } from "@ptp/node";
import { diff } from "./diff.ts";
import type { PlanAction, ProcessSpec, RunPlan } from "./run-plan.ts";
import { planOf } from "./testing/plan-fixtures.ts";

const oc: NodeProfile = { name: "oc", ptp4lConf: "[ens1f0]\n[global]\nslaveOnly 1", phc2sysOpts: "-a -r" };
const bc: NodeProfile = { name: "bc", ptp4lConf: "[ens2f0]\nmasterOnly 0\n[ens2f1]\nmasterOnly 1" };
const gm: NodeProfile = {
  name: "gm",
  ptp4lOpts: "",
  ts2phcOpts: " ",
  ts2phcConf: "[nmea]\nts2phc.master 1\n[global]\nts2phc.nmea_serialport /dev/gnss1\n[ens7f0]",
};

function runningOf({ processes }: RunPlan): ReadonlyMap<string, ProcessSpec> {
  return new Map(processes.map((spec) => [spec.key, spec]));
}

function stepsOf(actions: readonly PlanAction[]): readonly string[] {
  return actions.map((action) =>
    action.kind === "stop" ? `stop ${action.key} ${action.reason}` : `start ${action.spec.key}`,
  );
}

test("a fresh node starts everything, sources before what follows them", () => {
  assert.deepEqual(stepsOf(diff(new Map(), planOf([oc, gm]))), [
    "start gpsd.0",
    "start gpspipe.0",
    "start ts2phc.0",
    "start ptp4l.1",
    "start phc2sys.1",
  ]);
});

test("removal stops in the reverse order", () => {
  const running = runningOf(planOf([oc, gm]));
  assert.deepEqual(stepsOf(diff(running, planOf([]))), [
    "stop phc2sys.1 removed",
    "stop ptp4l.1 removed",
    "stop ts2phc.0 removed",
    "stop gpspipe.0 removed",
    "stop gpsd.0 removed",
  ]);
});

test("an edit touches its process alone: phc2sys goes on when its ptp4l restarts with the same ports", () => {
  const before = planOf([oc, bc]);
  const edited = { ...oc, ptp4lConf: `${oc.ptp4lConf}\npriority2 99` };
  const after = planOf([edited, bc], { runIds: before.runIds });
  assert.deepEqual(stepsOf(diff(runningOf(before), after)), ["stop ptp4l.1 config-changed", "start ptp4l.1"]);
});

test("a phc2sys that configures itself restarts when the ports or the domain it follows change", () => {
  const before = planOf([oc]);
  for (const conf of ["[ens1f1]\n[global]\nslaveOnly 1", `${oc.ptp4lConf}\ndomainNumber 44`]) {
    const after = planOf([{ ...oc, ptp4lConf: conf }], { runIds: before.runIds });
    assert.deepEqual(stepsOf(diff(runningOf(before), after)), [
      "stop phc2sys.0 config-changed",
      "stop ptp4l.0 config-changed",
      "start ptp4l.0",
      "start phc2sys.0",
    ]);
  }
});

test("a phc2sys told its source by name goes on when the ports change", () => {
  const named: NodeProfile = { ...oc, phc2sysOpts: "-s ens1f0 -w" };
  const before = planOf([named]);
  const after = planOf([{ ...named, ptp4lConf: "[ens1f0]\n[ens1f1]\n[global]\nslaveOnly 1" }]);
  assert.deepEqual(stepsOf(diff(runningOf(before), after)), ["stop ptp4l.0 config-changed", "start ptp4l.0"]);
});

test("a new key restarts the ptp4l that uses it and nothing else", () => {
  const secured = { ...bc, ptp4lConf: `[global]\nsa_file /etc/ptp-secret-mount/s/k\n${bc.ptp4lConf}` };
  const planWith = (content: string): RunPlan => {
    const secrets = [{ secret: "s", key: "k", content: new TextEncoder().encode(content) }];
    const facts = { nodeName: "node1", programs: newest, interfaces: [] };
    return planOf([], {
      facts,
      config: { nodeName: "node1", profiles: [secured, oc], hardware: [], plugins: [], secrets },
    });
  };
  const before = planWith("[security_association]\nspp 1\n");
  assert.deepEqual(stepsOf(diff(runningOf(before), planWith("[security_association]\nspp 1\n"))), []);
  assert.deepEqual(stepsOf(diff(runningOf(before), planWith("[security_association]\nspp 2\n"))), [
    "stop ptp4l.0 config-changed",
    "start ptp4l.0",
  ]);
});

const newest = {
  ptp4l: { path: "/usr/sbin/ptp4l", version: "4.4" },
  phc2sys: { path: "/usr/sbin/phc2sys", version: "4.4" },
};

test("a refused profile keeps what it runs, with or without the plan before", () => {
  const before = planOf([oc, bc]);
  const profiles = [{ ...oc, ptp4lConf: "[global]\ndomainNumber 999" }, bc];
  const kept = planOf(profiles, { runIds: before.runIds, previous: before });
  assert.deepEqual(stepsOf(diff(runningOf(before), kept)), []);
  assert.deepEqual(kept.processes, before.processes);
  assert.deepEqual(kept.ptp4lInstances, before.ptp4lInstances);
  const forgetful = planOf(profiles, { runIds: before.runIds });
  assert.deepEqual(stepsOf(diff(runningOf(before), forgetful)), []);
  assert.deepEqual(
    forgetful.processes.map(({ key }) => key),
    ["ptp4l.0"],
  );
});
