import { createLeaderElection, type ElectionTimings, type LeaderElection } from "@ptp/cluster";
import { silentLogger } from "@ptp/kit";
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { collectLines } from "../../tools/lab/line-log.ts";
import type { AuditedRequest, ControlPlane } from "../../tools/kubernetes/control-plane/control-plane.ts";
import { openControlPlane } from "../../tools/kubernetes/testing/open-control-plane.ts";
import { until } from "../../tools/kubernetes/testing/until.ts";
import { configmapsPath } from "./testing/configmaps.ts";
import { connect } from "./testing/connect.ts";

/** A lead outlasts a machine that stands still for some seconds; the time until others take over is far from it. */
const quick: ElectionTimings = { leaseDurationMs: 12_000, renewDeadlineMs: 4_000, retryPeriodMs: 500 };
/** Nobody comes to lead, or leads no more, by time alone while a test runs. */
const patient: ElectionTimings = { leaseDurationMs: 90_000, renewDeadlineMs: 60_000, retryPeriodMs: 500 };
const leasePath = "/apis/coordination.k8s.io/v1/namespaces/default/leases";

interface Entry {
  readonly kubeconfig: string;
  /** Of the Lease. */
  readonly name: string;
  readonly identity: string;
  readonly timings: ElectionTimings;
}

async function candidate(t: TestContext, { kubeconfig, name, identity, timings }: Entry): Promise<LeaderElection> {
  const client = connect(t, kubeconfig);
  const reflectorSettings = { initialBackoffMs: 50, maxBackoffMs: 500 };
  const place = { client, namespace: "default", log: silentLogger, reflectorSettings };
  const election = createLeaderElection({ ...place, name, identity, timings });
  t.after(() => election.stop());
  await election.start(new AbortController().signal);
  return election;
}

const leadersOf = (candidates: readonly LeaderElection[]) => candidates.filter((one) => one.isLeading());

test("an election on a real API server", async (t) => {
  const plane = await openControlPlane(t, { controllerManager: false });
  if (plane === undefined) return;
  const kubeconfig = plane.adminKubeconfig;
  const join3 = (t: TestContext, name: string, timings: ElectionTimings) =>
    Promise.all(["a", "b", "c"].map((identity) => candidate(t, { kubeconfig, name, identity, timings })));

  await t.test("of three that come at once one leads; when it leaves another does, without a wait", async (t) => {
    const candidates = await join3(t, "leave", patient);
    await until("one leads", () => leadersOf(candidates).length === 1);
    const [first] = leadersOf(candidates);
    assert.ok(first);
    await until("the others know", () => candidates.every((one) => one.leader() === first.leader()));
    assert.equal(leadersOf(candidates).length, 1);
    const terms: string[] = [];
    for (const one of candidates) one.subscribe((term) => terms.push(term === undefined ? "lost" : "won"));
    await first.stop();
    assert.equal(first.isLeading(), false);
    assert.throws(() => first.fence(), { kind: "waiting" });
    const startMs = performance.now();
    // Any lease that was not given up would last longer than this.
    const withinMs = patient.leaseDurationMs - patient.renewDeadlineMs;
    await until("another leads", () => leadersOf(candidates).length === 1, withinMs);
    t.diagnostic(`another leads after ${(performance.now() - startMs).toFixed(0)} ms`);
    assert.deepEqual(terms, ["lost", "won"]);
  });

  await t.test("while nobody can renew nobody leads; after it one does", async (t) => {
    const candidates = await join3(t, "pause", quick);
    await until("one leads", () => leadersOf(candidates).length === 1);
    t.after(() => plane.resumeApiServer());
    plane.pauseApiServer();
    const beforeAnotherMayMs = quick.leaseDurationMs - quick.retryPeriodMs;
    await until("the lead ends", () => leadersOf(candidates).length === 0, beforeAnotherMayMs);
    await sleep(1000);
    assert.equal(leadersOf(candidates).length, 0);
    plane.resumeApiServer();
    await until("one leads again", () => leadersOf(candidates).length === 1, 60_000);
  });

  await t.test("the API server is killed and comes back", async (t) => {
    const candidates = await join3(t, "kill", quick);
    await until("one leads", () => leadersOf(candidates).length === 1);
    t.after(() => plane.startApiServer());
    await plane.stopApiServer();
    await sleep(quick.renewDeadlineMs);
    assert.equal(leadersOf(candidates).length, 0);
    await plane.startApiServer();
    await until("one leads again", () => leadersOf(candidates).length === 1, 60_000);
  });

  await t.test("who may not write the lease any more stops leading; another takes it", async (t) => {
    const rule = ["create", "role", "candidate", "--verb=get,list,watch,create,update", "--resource=leases"];
    await plane.kubectl(rule);
    const kubeconfigs = await Promise.all(["x", "y"].map((user) => plane.kubeconfig(user)));
    const bind = (user: string) =>
      plane.kubectl(["create", "rolebinding", `candidate-${user}`, "--role=candidate", `--user=${user}`]);
    await bind("x");
    const entry = (at: number, identity: string): Entry => {
      return { kubeconfig: kubeconfigs[at] ?? "", name: "permission", identity, timings: quick };
    };
    const x = await candidate(t, entry(0, "x"));
    await until("x leads", () => x.isLeading());
    await bind("y");
    const y = await candidate(t, entry(1, "y"));
    await until("y knows", () => y.leader() === "x");
    await plane.kubectl(["delete", "rolebinding", "candidate-x"]);
    await until("y leads", () => y.isLeading(), 60_000);
    assert.equal(x.isLeading(), false);
    await bind("x");
    await y.stop();
    await until("x leads again", () => x.isLeading(), 60_000);
  });

  await t.test("a leader whose lease somebody gave to another, or deleted, stops", async (t) => {
    // By time alone it would lead for longer than it is given to notice.
    const timings = { leaseDurationMs: 25_000, renewDeadlineMs: 20_000, retryPeriodMs: 500 };
    const x = await candidate(t, { kubeconfig, name: "stolen", identity: "x", timings });
    await until("x leads", () => x.isLeading());
    const merge = "application/merge-patch+json";
    await plane.api.request("PATCH", `${leasePath}/stolen`, { spec: { holderIdentity: "thief" } }, merge);
    await until("x notices", () => !x.isLeading(), timings.renewDeadlineMs / 2);
    await until("x waits for the thief and takes it back", () => x.isLeading(), 60_000);
    let lost = 0;
    x.subscribe((term) => void (lost += Number(term === undefined)));
    const uid = await leaseUid(plane, "stolen");
    await plane.api.request("DELETE", `${leasePath}/stolen`);
    const isNew = async () => ![undefined, uid].includes(await leaseUid(plane, "stolen"));
    await until("x made a new one", async () => (await isNew()) && lost > 0 && x.isLeading());
  });
});

/** Undefined while there is none. */
async function leaseUid({ api }: ControlPlane, name: string): Promise<string | undefined> {
  const lease = await api.request("GET", `${leasePath}/${name}`).catch(() => undefined);
  return (lease as { readonly metadata: { readonly uid: string } } | undefined)?.metadata.uid;
}

test("a leader that is halted: another takes over within 20 s, and the first never writes after", async (t) => {
  const plane = await openControlPlane(t, { controllerManager: false, audit: true });
  if (plane === undefined) return;
  const [a, b] = await Promise.all([startCandidate(t, plane, "a"), startCandidate(t, plane, "b")]);
  await until("one writes", () => a.lines.length + b.lines.length > 5, 60_000);
  const [first, second] = a.lines.length > 0 ? [a, b] : [b, a];
  const [ofFirst, ofSecond] = [requestsOf(plane, first), requestsOf(plane, second)];
  await until("the other knows", () => isAtRest(ofSecond), 60_000);
  assert.deepEqual(second.lines, []);
  const before = (await ofSecond()).length;
  const renewed = (await ofFirst()).filter(isClaim).length;
  await until(
    "the lease is renewed again and again",
    async () => (await ofFirst()).filter(isClaim).length > renewed + 2,
  );
  assert.equal((await ofSecond()).length, before, "who does not lead waits for the watch and asks nothing");
  // Between two writes: one whose first byte is on its way cannot be called back.
  const written = first.lines.length;
  await until("it has just written", () => first.lines.length > written);
  first.child.kill("SIGSTOP");
  await until("the other writes", () => second.lines.length > 5, 60_000);
  const lastMs = Math.max(...(await ofFirst()).filter(isClaim).map(({ receivedAt }) => Date.parse(receivedAt)));
  const [{ receivedAt } = assert.fail("nobody claimed it")] = (await ofSecond()).filter(
    (request) => isClaim(request) && request.status < 300,
  );
  const passedMs = Date.parse(receivedAt) - lastMs;
  assert.ok(passedMs > 14_000, `${passedMs} ms: not before the first one's lease was over`);
  assert.ok(passedMs < 20_000, `${passedMs} ms: within 20 s`);
  first.child.kill("SIGCONT");
  await until("the first knows", () => first.lines.includes("leads no more"));
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

/** What a candidate has asked for so far. */
function requestsOf(plane: ControlPlane, { identity }: Candidate) {
  return async () => ((await plane.audit?.read()) ?? []).filter(({ user }) => user === identity);
}

const isClaim = ({ uri, verb }: AuditedRequest) => uri.startsWith(leasePath) && ["create", "update"].includes(verb);

/** Whether it has looked at the lease, follows it, and has asked for nothing more for two seconds. */
async function isAtRest(requests: ReturnType<typeof requestsOf>): Promise<boolean> {
  const before = await requests();
  await sleep(2000);
  const hasAsked = (wanted: string) => before.some(({ uri, verb }) => verb === wanted && uri.startsWith(leasePath));
  return hasAsked("watch") && hasAsked("get") && (await requests()).length === before.length;
}

interface Candidate {
  readonly identity: string;
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
  return { identity, child, lines: collectLines([child.stdout]).lines };
}
