import { createLeaderElection, type ElectionTimings, type LeaderElection } from "@ptp/cluster";
import { silentLogger } from "@ptp/kit";
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { collectLines } from "../../tools/lab/line-log.ts";
import type { ControlPlane } from "../../tools/kubernetes/control-plane/control-plane.ts";
import { openControlPlane } from "../../tools/kubernetes/testing/open-control-plane.ts";
import { until } from "../../tools/kubernetes/testing/until.ts";
import { configmapsPath } from "./testing/configmaps.ts";
import { connect } from "./testing/connect.ts";

const quick: ElectionTimings = { leaseDurationMs: 4000, renewDeadlineMs: 2500, retryPeriodMs: 500 };
const leasePath = "/apis/coordination.k8s.io/v1/namespaces/default/leases";

async function candidate(t: TestContext, kubeconfig: string, name: string, identity: string): Promise<LeaderElection> {
  const client = connect(t, kubeconfig);
  const reflectorSettings = { initialBackoffMs: 50, maxBackoffMs: 500 };
  const options = {
    client,
    namespace: "default",
    name,
    identity,
    log: silentLogger,
    timings: quick,
    reflectorSettings,
  };
  const election = createLeaderElection(options);
  t.after(() => election.stop());
  await election.start(new AbortController().signal);
  return election;
}

const leadersOf = (candidates: readonly LeaderElection[]) => candidates.filter((one) => one.isLeading());

test("an election on a real API server", async (t) => {
  const plane = await openControlPlane(t, { controllerManager: false });
  if (plane === undefined) return;
  const join3 = (t: TestContext, name: string) =>
    Promise.all(["a", "b", "c"].map((identity) => candidate(t, plane.adminKubeconfig, name, identity)));

  await t.test("of three that come at once one leads; when it leaves another does, within a second", async (t) => {
    const candidates = await join3(t, "leave");
    await until("one leads", () => leadersOf(candidates).length === 1);
    const [first] = leadersOf(candidates);
    await until("the others know", () => candidates.every((one) => one.leader() === first?.leader()));
    assert.equal(leadersOf(candidates).length, 1);
    const terms: string[] = [];
    for (const one of candidates) one.subscribe((term) => terms.push(term === undefined ? "lost" : "won"));
    await first?.stop();
    assert.equal(first?.isLeading(), false);
    assert.throws(() => first?.fence(), { kind: "waiting" });
    await until("another leads", () => leadersOf(candidates).length === 1, 1000);
    assert.deepEqual(terms, ["lost", "won"]);
  });

  await t.test("while nobody can renew nobody leads; after it one does", async (t) => {
    const candidates = await join3(t, "pause");
    await until("one leads", () => leadersOf(candidates).length === 1);
    let signal: AbortSignal | undefined;
    leadersOf(candidates)[0]?.subscribe((term) => (signal ??= term));
    const startMs = performance.now();
    plane.pauseApiServer();
    await until("the lead ends", () => leadersOf(candidates).length === 0, quick.renewDeadlineMs + 500);
    assert.ok(performance.now() - startMs < quick.leaseDurationMs - 500, "before another may take over");
    await sleep(1000);
    plane.resumeApiServer();
    await until("one leads again", () => leadersOf(candidates).length === 1, 20_000);
  });

  await t.test("the API server is killed and comes back", async (t) => {
    const candidates = await join3(t, "kill");
    await until("one leads", () => leadersOf(candidates).length === 1);
    await plane.stopApiServer();
    await sleep(quick.renewDeadlineMs);
    assert.equal(leadersOf(candidates).length, 0);
    await plane.startApiServer();
    await until("one leads again", () => leadersOf(candidates).length === 1, 20_000);
  });

  await t.test("who may not write the lease any more stops leading; another takes it", async (t) => {
    const rule = ["create", "role", "candidate", "--verb=get,list,watch,create,update", "--resource=leases"];
    await plane.kubectl(rule);
    const kubeconfigs = await Promise.all(["x", "y"].map((user) => plane.kubeconfig(user)));
    const bind = (user: string) =>
      plane.kubectl(["create", "rolebinding", `candidate-${user}`, "--role=candidate", `--user=${user}`]);
    await bind("x");
    const x = await candidate(t, kubeconfigs[0] ?? "", "permission", "x");
    await until("x leads", () => x.isLeading());
    await bind("y");
    const y = await candidate(t, kubeconfigs[1] ?? "", "permission", "y");
    await until("y knows", () => y.leader() === "x");
    await plane.kubectl(["delete", "rolebinding", "candidate-x"]);
    await until("y leads", () => y.isLeading(), 20_000);
    assert.equal(x.isLeading(), false);
    await bind("x");
    await y.stop();
    await until("x leads again", () => x.isLeading(), 20_000);
  });

  await t.test("a leader whose lease somebody gave to another, or deleted, stops", async (t) => {
    const x = await candidate(t, plane.adminKubeconfig, "stolen", "x");
    await until("x leads", () => x.isLeading());
    const merge = "application/merge-patch+json";
    await plane.api.request("PATCH", `${leasePath}/stolen`, { spec: { holderIdentity: "thief" } }, merge);
    await until("x notices", () => !x.isLeading(), quick.retryPeriodMs + 500);
    await until("x waits for the thief and takes it back", () => x.isLeading(), 20_000);
    let lost = 0;
    x.subscribe((term) => void (lost += Number(term === undefined)));
    await plane.api.request("DELETE", `${leasePath}/stolen`);
    await until("x made a new one", () => lost === 1 && x.isLeading());
  });
});

test("a leader that is halted: another takes over within 20 s, and the first never writes after", async (t) => {
  const plane = await openControlPlane(t, { controllerManager: false, audit: true });
  if (plane === undefined) return;
  const [a, b] = await Promise.all([startCandidate(t, plane, "a"), startCandidate(t, plane, "b")]);
  await until("one writes", () => a.lines.length + b.lines.length > 5, 20_000);
  const [first, second] = a.lines.length > 0 ? [a, b] : [b, a];
  assert.deepEqual(second.lines, []);
  const asked = async () => {
    const user = second === a ? "a" : "b";
    return ((await plane.audit?.read()) ?? []).filter((request) => request.user === user).length;
  };
  await sleep(1000);
  const before = await asked();
  await sleep(5000);
  assert.equal(await asked(), before, "who does not lead waits for the watch and asks nothing");
  const startMs = performance.now();
  first.child.kill("SIGSTOP");
  await until("the other writes", () => second.lines.length > 5, 20_000);
  assert.ok(performance.now() - startMs > 10_000, "not before the first one's lease was over");
  first.child.kill("SIGCONT");
  await sleep(3000);
  const seen = second.lines.length;
  await until("the other still writes", () => second.lines.length > seen);
  const writers = ((await plane.audit?.read()) ?? [])
    .filter(({ uri, verb }) => verb === "patch" && uri.startsWith(configmapsPath))
    .toSorted((left, right) => left.receivedAt.localeCompare(right.receivedAt))
    .map(({ user }) => user);
  const switches = writers.filter((user, index) => index > 0 && user !== writers[index - 1]);
  assert.equal(switches.length, 1, "one writer after the other, never back");
});

interface Candidate {
  readonly child: ChildProcess;
  readonly lines: readonly string[];
}

async function startCandidate(t: TestContext, plane: ControlPlane, identity: string): Promise<Candidate> {
  const kubeconfig = await plane.kubeconfig(identity, ["system:masters"]);
  const program = join(import.meta.dirname, "testing/candidate.ts");
  const child = spawn(process.execPath, [program, kubeconfig, identity], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  t.after(async () => {
    child.kill("SIGKILL");
    await exited;
  });
  return { child, lines: collectLines([child.stdout]).lines };
}
