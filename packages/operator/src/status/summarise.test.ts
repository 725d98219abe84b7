import type { ClusterDocument, Condition, NodePtpDeviceStatus } from "@ptp/api";
import type { NodeReport, SyncState } from "@ptp/node";
import { resolve } from "@ptp/resolve";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { judgeAgents, type AgentsStanding } from "../reconcile/operator-config/agents-standing.ts";
import type { SessionFacts } from "../sessions/session-facts.ts";
import { keyOf, keyText } from "../store/object-key.ts";
import type { ObjectStatus, StoreProblem } from "../store/store.ts";
import { toSnapshot } from "../store/to-snapshot.ts";
import { summarise } from "./summarise.ts";

const sha256Hex = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

const node = (name: string): ClusterDocument => ({ apiVersion: "v1", kind: "Node", metadata: { name } });
const config = (name: string, settings: Record<string, string> = {}, nodeName = "n"): ClusterDocument => ({
  apiVersion: "ptp.openshift.io/v1",
  kind: "PtpConfig",
  metadata: { name, namespace: "openshift-ptp", generation: 3 },
  spec: {
    profile: [{ name: "oc", interface: "eth0", ptp4lOpts: "-2", ptp4lConf: "[global]\n", ptpSettings: settings }],
    recommend: [{ profile: "oc", priority: 1, match: [{ nodeName }] }],
  },
});

interface Case {
  readonly objects?: readonly ClusterDocument[];
  readonly problems?: readonly StoreProblem[];
  readonly facts?: (revision: string) => Partial<SessionFacts> | undefined;
  readonly previous?: ObjectStatus;
  readonly now?: string;
  readonly agents?: AgentsStanding;
}

function statuses({ objects = [node("n"), config("c")], problems = [], facts, previous, now = "T1", agents }: Case) {
  const resolution = resolve(toSnapshot(objects), sha256Hex);
  const revision = resolution.nodes.get("n")?.revision ?? "";
  const known = facts?.(revision);
  const { entries } = summarise({
    state: { objects: new Map(objects.map((object) => [keyText(keyOf(object)), object])), problems },
    resolution,
    factsOf: () => (known === undefined ? undefined : { connected: true, sinceUnixMs: 0, ...known }),
    previousOf: () => previous,
    now,
    ...(agents && { agents: judgeAgents(agents) }),
  });
  return new Map(entries.map(({ key, status }) => [keyText(key), status]));
}

const statusOf = (testCase: Case, name = "PtpConfig/openshift-ptp/c") => {
  const status = statuses(testCase).get(name);
  assert.ok(status, `no status of ${name}`);
  return status;
};
const conditionsOf = (status: ObjectStatus) =>
  Object.fromEntries((status.conditions ?? []).map(({ type, status, reason }) => [type, `${status} ${reason}`]));
const messageOf = (status: ObjectStatus, type: string) =>
  status.conditions?.find((condition: Condition) => condition.type === type)?.message;

const report = (revision: string, state: SyncState, extra: Partial<NodeReport> = {}): NodeReport => ({
  revision,
  outcomes: [{ name: "c_oc", outcome: "applied" }],
  clocks: [
    {
      profile: "c_oc",
      process: "ptp4l",
      configName: "ptp4l.0.config",
      state,
      sinceUnixMs: 0,
      cause: ["no announce"],
      offsetNs: -12.4,
      ports: [],
    },
  ],
  processes: [],
  notices: [],
  ...extra,
});

test("all is well: Ready, locked, counted", () => {
  const status = statusOf({ facts: (revision) => ({ report: report(revision, "LOCKED") }) });
  assert.deepEqual(conditionsOf(status), {
    Ready: "True Succeeded",
    ConfigValid: "True Succeeded",
    NodesMatched: "True Matched",
    Synchronized: "True Locked",
    HardwareApplied: "True NotRequired",
  });
  assert.equal(status.observedGeneration, 3);
  assert.deepEqual(status["matchList"], [{ nodeName: "n", profile: "oc" }]);
  assert.deepEqual(status["summary"], {
    matchedNodes: 1,
    appliedNodes: 1,
    lockedNodes: 1,
    worstOffsetNs: -12,
    worstOffsetNode: "n",
  });
});

test("a system clock with several sources: the message names the NIC that it follows", () => {
  const source = { profile: "c_bc2", interface: "ens2f0", sinceUnixMs: 0, cause: ["c_bc1 failed: its ptp4l is down"] };
  const facts = (revision: string) => {
    const [clock] = report(revision, "LOCKED").clocks;
    return { report: report(revision, "LOCKED", { clocks: clock === undefined ? [] : [{ ...clock, source }] }) };
  };
  assert.equal(messageOf(statusOf({ facts }), "Synchronized"), "n follows ens2f0 of c_bc2");
  const [told] = (statusOf({ facts }, "NodePtpDevice/openshift-ptp/n") as NodePtpDeviceStatus).clocks ?? [];
  const { sinceUnixMs: _, ...named } = source;
  assert.deepEqual(told?.source, { ...named, since: "1970-01-01T00:00:00.000Z" });
});

test("an agent that is away, or has not answered for this revision, is waited for", () => {
  const away = conditionsOf(statusOf({}));
  assert.equal(away["Ready"], "False AgentDisconnected");
  assert.equal(away["Reconciling"], "True AgentDisconnected");
  assert.equal(away["Synchronized"], "Unknown AgentDisconnected");
  const late = conditionsOf(statusOf({ facts: () => ({ report: report("older", "LOCKED") }) }));
  assert.equal(late["Ready"], "False Progressing");
  assert.equal(late["Synchronized"], "Unknown NotReported");
  assert.equal(late["Stalled"], undefined);
});

test("a refused profile stalls with node, profile, field and reason", () => {
  const profiles = [{ name: "c_oc", outcome: "refused" as const, path: "ptp4lConf", reason: "eth0 does not exist" }];
  const status = statusOf({ facts: (revision) => ({ result: { revision, profiles } }) });
  const conditions = conditionsOf(status);
  assert.equal(conditions["Ready"], "False Refused");
  assert.equal(conditions["Stalled"], "True Refused");
  assert.equal(messageOf(status, "Ready"), "n refuses c_oc: ptp4lConf: eth0 does not exist");
});

test("a refusal of the whole and a config that cannot be sent are refusals of each profile", () => {
  const refusal = { kind: "not-persisted", reason: "disk full" } as const;
  const refused = statusOf({ facts: (revision) => ({ result: { revision, profiles: [], refusal } }) });
  assert.equal(messageOf(refused, "Stalled"), "n refuses c_oc: not-persisted: disk full");
  const later = statusOf({
    facts: (revision) => ({ result: { revision, profiles: [], refusal }, report: report(revision, "LOCKED") }),
  });
  assert.equal(conditionsOf(later)["Ready"], "True Succeeded", "the agent found room and tells that it runs it");
  const unsent = statusOf({ facts: () => ({ unsendable: "too large" }) });
  assert.equal(messageOf(unsent, "Stalled"), "n refuses c_oc: too large");
});

test("the clock's state and its cause come through", () => {
  for (const [state, wanted] of [
    ["FREERUN", "False Freerun"],
    ["UNKNOWN", "False Freerun"],
    ["HOLDOVER", "False Holdover"],
  ] as const) {
    const status = statusOf({ facts: (revision) => ({ report: report(revision, state) }) });
    assert.equal(conditionsOf(status)["Synchronized"], wanted);
    assert.equal(messageOf(status, "Ready"), `n ptp4l.0.config is ${state}: no announce`);
    assert.equal(conditionsOf(status)["Stalled"], undefined);
  }
});

test("a process that does not stay up is no ready profile", () => {
  const process = {
    key: "ptp4l.0",
    program: "ptp4l",
    profile: "c_oc",
    configName: "ptp4l.0.config",
    state: "backoff",
    starts: 4,
    sinceUnixMs: 0,
    lastExit: "exit code 1: no such device",
  } as const;
  const status = statusOf({
    facts: (revision) => ({ report: report(revision, "LOCKED", { processes: [process] }) }),
  });
  assert.equal(conditionsOf(status)["Ready"], "False ProcessFailed");
  assert.equal(messageOf(status, "Ready"), "n: ptp4l does not stay up: exit code 1: no such device");
});

test("a profile that needs hardware is never Ready while nothing sets it", () => {
  for (const clockType of ["T-GM", "T-BC"]) {
    const status = statusOf({
      objects: [node("n"), config("c", { clockType })],
      facts: (revision) => ({ report: report(revision, "LOCKED") }),
    });
    assert.equal(conditionsOf(status)["HardwareApplied"], "False Unsupported");
    assert.equal(conditionsOf(status)["Ready"], "False Unsupported");
    assert.equal(conditionsOf(status)["Stalled"], "True Unsupported");
  }
});

test("what the store refused is told, with what stays", () => {
  const object = { kind: "PtpConfig", namespace: "openshift-ptp", name: "c" } as const;
  const problems = [{ source: "a.yaml: x", object, findings: [{ path: "spec.profle", message: "unknown field" }] }];
  const kept = statusOf({ problems, facts: (revision) => ({ report: report(revision, "LOCKED") }) });
  assert.equal(conditionsOf(kept)["ConfigValid"], "False Invalid");
  assert.equal(conditionsOf(kept)["Stalled"], "True Invalid");
  assert.equal(
    messageOf(kept, "ConfigValid"),
    "the newest version is refused, the last good one stays: a.yaml: spec.profle: unknown field",
  );
  const never = statusOf({ objects: [node("n")], problems });
  assert.equal(messageOf(never, "ConfigValid"), "a.yaml: spec.profle: unknown field");
  assert.equal(never.observedGeneration, undefined);
});

test("the transition time changes with the status alone", () => {
  const first = statusOf({ now: "T1" });
  const second = statusOf({
    previous: first,
    now: "T2",
    facts: (revision) => ({ report: report(revision, "LOCKED") }),
  });
  const times = Object.fromEntries((second.conditions ?? []).map((each) => [each.type, each.lastTransitionTime]));
  assert.deepEqual(times, {
    Ready: "T2",
    ConfigValid: "T1",
    NodesMatched: "T1",
    Synchronized: "T2",
    HardwareApplied: "T1",
  });
});

test("a node's device tells revision, outcomes, clocks", () => {
  const status = statusOf(
    { facts: (revision) => ({ acceptedRevision: revision, report: report(revision, "LOCKED") }) },
    "NodePtpDevice/openshift-ptp/n",
  );
  assert.deepEqual(status["profiles"], [{ name: "c_oc", outcome: "applied" }]);
  assert.deepEqual(status["clocks"], [
    {
      profile: "c_oc",
      process: "ptp4l",
      config: "ptp4l.0.config",
      state: "LOCKED",
      since: "1970-01-01T00:00:00.000Z",
      cause: ["no announce"],
      offsetNs: -12,
      ports: [],
    },
  ]);
  assert.equal(conditionsOf(status)["Ready"], "True Succeeded");
});

test("a node's device tells no state of an agent that is away, only what it was", () => {
  const away = (revision: string) => ({
    acceptedRevision: revision,
    report: report(revision, "LOCKED"),
    connected: false,
    sinceUnixMs: 1_000,
  });
  const status = statusOf({ facts: away }, "NodePtpDevice/openshift-ptp/n") as NodePtpDeviceStatus;
  assert.deepEqual(
    status.clocks?.map(({ state, since, cause, ports, offsetNs }) => ({ state, since, cause, ports, offsetNs })),
    [
      {
        state: "UNKNOWN",
        since: "1970-01-01T00:00:01.000Z",
        cause: ["the agent is not connected", "last told: LOCKED"],
        ports: [],
        offsetNs: undefined,
      },
    ],
  );
  assert.equal(status.processes, undefined);
});

test("a node's device tells the hardware its agent found, and nothing that only looks like it", () => {
  const hostFacts = { nodeName: "n", programs: {}, interfaces: [{ name: "ens1f0.7", phcIndex: 0 }] };
  const before = statusOf({ facts: () => ({ hostFacts }) }, "NodePtpDevice/openshift-ptp/n");
  assert.equal(before["devices"], undefined);
  const inventory = {
    devices: [
      { name: "ens1f0", profile: "c_oc", phcIndex: 0, hardware: { pciAddress: "0000:51:00.0", vendorId: "0x8086" } },
    ],
    systemInfo: { productName: "server" },
  };
  const status = statusOf({ facts: () => ({ hostFacts, inventory }) }, "NodePtpDevice/openshift-ptp/n");
  const hardwareInfo = { pciAddress: "0000:51:00.0", vendorID: "0x8086" };
  assert.deepEqual(status["devices"], [{ name: "ens1f0", profile: "c_oc", phcIndex: 0, hardwareInfo }]);
  assert.deepEqual(status["systemInfo"], { productName: "server" });
});

test("an agent that was never told away is connected since the time told, and its pod's next life changes nothing", () => {
  const resolution = resolve(toSnapshot([node("n")]), sha256Hex);
  const agentOf = (replica: string, told: NodePtpDeviceStatus["agent"], connected = true) => {
    const { entries } = summarise({
      state: { objects: new Map(), problems: [] },
      resolution,
      factsOf: () => ({ connected, sinceUnixMs: Date.parse("2027-01-02") }),
      previousOf: () => told && { agent: told },
      now: "T1",
      replica,
    });
    return (entries[0]?.status as NodePtpDeviceStatus | undefined)?.agent;
  };
  const told = { connected: true, since: "2027-01-01T00:00:00.000Z", servedBy: "a_1" };
  const newer = { connected: true, since: "2027-01-02T00:00:00.000Z", servedBy: "a_2" };
  assert.deepEqual(agentOf("a_2", told), told);
  assert.deepEqual(agentOf("b_1", told), { ...told, servedBy: "b_1" }, "another replica says that it is the one");
  assert.deepEqual(agentOf("a_2", { connected: false, since: told.since }), newer);
  assert.deepEqual(agentOf("a_2", undefined), newer);
  assert.deepEqual(agentOf("a_2", told, false), { connected: false, since: newer.since });
});

test("the first generation of a node's device names its ports, once they are told", () => {
  const objects = [node("n")];
  const resolution = resolve(toSnapshot(objects), sha256Hex);
  const summary = (known: Partial<SessionFacts>, wants = true, hasFirstGeneration = true) =>
    summarise({
      state: { objects: new Map(), problems: [] },
      resolution,
      factsOf: () => ({ connected: true, sinceUnixMs: 0, ...known }),
      previousOf: () => undefined,
      now: "T1",
      hasFirstGeneration,
      wants: () => wants,
    });
  const inventory = { devices: [{ name: "ens1f0", hardware: { pciAddress: "" } }] };
  const kinds = (of: ReturnType<typeof summary>) => of.entries.map(({ key }) => key.kind);
  assert.deepEqual(kinds(summary({})), ["NodePtpDevice"]);
  const told = summary({ inventory });
  assert.deepEqual(kinds(told), ["NodePtpDevice", "NodePTPDev"]);
  assert.deepEqual(told.entries[1]?.status, { ptpDevices: [{ name: "ens1f0" }] });
  const others = summary({ inventory }, false);
  assert.deepEqual([kinds(others), others.names.size], [[], 2], "what others write is not stale");
  const unused = summary({ inventory }, true, false);
  assert.deepEqual([kinds(unused), unused.names.size], [["NodePtpDevice"], 2], "nor what nobody writes any more");
});

test("a match list is cut, and says so", () => {
  const many = Array.from({ length: 1001 }, (_, index) => node(`n${index}`));
  const plain = config("c");
  const everywhere = { ...plain, spec: { profile: [{ name: "oc" }], recommend: [{ profile: "oc", priority: 1 }] } };
  const status = statusOf({ objects: [...many, everywhere as ClusterDocument] });
  assert.equal((status["matchList"] as readonly unknown[]).length, 1000);
  assert.equal(messageOf(status, "NodesMatched"), "matchList shows 1000 of 1001 entries");
});

test("equal facts give equal status", () => {
  const sources = { facts: (revision: string) => ({ report: report(revision, "HOLDOVER") }) };
  assert.deepEqual(statuses(sources), statuses(sources));
});

test("PtpOperatorConfig is ready when its agents are there", () => {
  const operatorConfig: ClusterDocument = {
    apiVersion: "ptp.openshift.io/v1",
    kind: "PtpOperatorConfig",
    metadata: { name: "default", namespace: "openshift-ptp", generation: 1 },
    spec: { daemonNodeSelector: {} },
  };
  const of = (agents?: AgentsStanding) =>
    conditionsOf(
      statusOf({ objects: [operatorConfig], ...(agents && { agents }) }, "PtpOperatorConfig/openshift-ptp/default"),
    );
  assert.deepEqual(of(), { Ready: "True Succeeded", ConfigValid: "True Succeeded" });
  assert.deepEqual(of({ kind: "made" }), {
    Ready: "False Progressing",
    Reconciling: "True Progressing",
    ConfigValid: "True Succeeded",
    AgentsAvailable: "False Progressing",
  });
  assert.deepEqual(of({ kind: "blocked", reason: "OwnedByOthers", message: "m" }), {
    Ready: "False OwnedByOthers",
    Stalled: "True OwnedByOthers",
    ConfigValid: "True Succeeded",
    AgentsAvailable: "False OwnedByOthers",
  });
  // Nothing is written over what was told before, which names it as one that shall have a status.
  assert.deepEqual([...statuses({ objects: [operatorConfig], agents: { kind: "unknown" } }).keys()], []);
});

test("a node of which something odd is known keeps only its own status from being worked out", () => {
  const objects = [node("a"), node("b"), node("n"), config("c")];
  const resolution = resolve(toSnapshot(objects), sha256Hex);
  const odd = new RangeError("Invalid time value");
  const { entries, names, failures } = summarise({
    state: { objects: new Map(objects.map((object) => [keyText(keyOf(object)), object])), problems: [] },
    resolution,
    factsOf: (name) => {
      if (name === "a") throw odd;
      return { connected: true, sinceUnixMs: 0 };
    },
    previousOf: () => undefined,
    wants: ({ name }) => {
      if (name === "b") throw odd;
      return true;
    },
    now: "T1",
  });
  const key = { kind: "NodePtpDevice", namespace: "openshift-ptp", name: "a" } as const;
  assert.deepEqual(failures, [
    { key, error: odd },
    { key: { ...key, name: "b" }, error: odd },
  ]);
  assert.ok(names.has(keyText(key)), "what it said before stays");
  assert.deepEqual(
    entries.map(({ key: each }) => each.name),
    ["c", "n"],
  );
});
