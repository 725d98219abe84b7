import { ApiError } from "@ptp/cluster";
import assert from "node:assert/strict";
import { test } from "node:test";
import { DeadlineError } from "./removal-world.ts";
import { parseRemoveOptions, type RemoveOptions } from "./remove-options.ts";
import { remove } from "./remove.ts";
import { createFakeCluster, type FakeObject, type FakeOptions } from "./testing/fake-cluster.ts";

const options = (...flags: string[]): RemoveOptions => parseRemoveOptions(["--namespace=n", ...flags]);
const labels = { "app.kubernetes.io/managed-by": "ptp-operator", "app.kubernetes.io/instance": "ptp-operator" };
const ours = (name: string, more: object = {}): FakeObject => ({
  metadata: { name, uid: `uid-${name}`, labels },
  ...more,
});
const foreign = (name: string): FakeObject => ({ metadata: { name, uid: `uid-${name}` } });
const agentPod = (name: string, daemonSet: string): FakeObject => ({
  metadata: {
    name,
    ownerReferences: [{ apiVersion: "apps/v1", kind: "DaemonSet", name: daemonSet, uid: `uid-${daemonSet}` }],
  },
  spec: { nodeName: `node-${name}` },
});

const installed: FakeOptions["objects"] = {
  deployments: [{ metadata: { name: "ptp-operator" }, spec: { selector: { matchLabels: { a: "b" } } } }],
  daemonsets: [ours("linuxptp-daemon")],
  pods: [agentPod("p1", "linuxptp-daemon")],
  services: [ours("event-one"), foreign("ptp-operator")],
  configmaps: [ours("ptp-operator-agent-ca"), ours("ptp-configmap"), foreign("kube-root-ca.crt")],
  nodeptpdevices: [ours("one"), foreign("two")],
  secrets: [ours("ptp-operator-ca"), ours("ptp-operator-tls"), foreign("keys")],
  leases: [{ metadata: { name: "ptp.openshift.io" }, spec: { holderIdentity: "" } }],
  ptpoperatorconfigs: [foreign("default")],
};
const others = ["services/ptp-operator", "configmaps/kube-root-ca.crt", "secrets/keys"];
const deployment = "deployments/ptp-operator";

test("remove: the operator stops first, then the agents end, then the rest goes; what is of others stays", async () => {
  const cluster = createFakeCluster({ objects: installed, podsEndAfter: 3 });
  await remove(cluster.world, options());
  assert.deepEqual(cluster.left(), [deployment, ...others]);
  const order = [
    "PATCH deployments/ptp-operator/scale",
    "DELETE daemonsets/linuxptp-daemon",
    "DELETE services/event-one",
  ];
  const places = order.map((line) => cluster.happened.indexOf(line));
  assert.ok(places.every((place) => place >= 0));
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
  assert.ok(cluster.happened.includes("waiting for 1 pods of the operator: p1 on node-p1"));
  assert.equal(cluster.happened.at(-2), "DELETE ptpoperatorconfigs/default", "it owns the others");
});

test("remove: a second time there is nothing to do, and that is good", async () => {
  const empty = Object.fromEntries(Object.keys(installed).map((plural) => [plural, []]));
  for (const objects of [empty, { pods: [] }]) {
    const cluster = createFakeCluster({ objects });
    await remove(cluster.world, options());
    assert.deepEqual(cluster.happened, ["there is no Deployment n/ptp-operator: nothing to stop"]);
  }
});

test("remove: agents left by an earlier run are waited for", async () => {
  const pods = [agentPod("p1", "gone")];
  const cluster = createFakeCluster({ objects: { daemonsets: [], pods } });
  await remove(cluster.world, options());
  assert.ok(cluster.happened.includes("waiting for 1 agents to end: p1 on node-p1"));
});

test("remove --keep-agents: they stay with all they need", async () => {
  const cluster = createFakeCluster({ objects: { ...installed, pods: [] } });
  await remove(cluster.world, options("--keep-agents"));
  const kept = ["daemonsets/linuxptp-daemon", "services/event-one", "services/ptp-operator"];
  const configs = ["configmaps/ptp-operator-agent-ca", "configmaps/kube-root-ca.crt", "secrets/keys"];
  assert.deepEqual(cluster.left(), [deployment, ...kept, ...configs, "ptpoperatorconfigs/default"]);
});

test("remove --keep-config --keep-secrets: they stay", async () => {
  const cluster = createFakeCluster({ objects: installed });
  await remove(cluster.world, options("--keep-config", "--keep-secrets"));
  const kept = ["secrets/ptp-operator-ca", "secrets/ptp-operator-tls", "secrets/keys", "ptpoperatorconfigs/default"];
  assert.deepEqual(cluster.left(), [deployment, ...others.slice(0, 2), ...kept]);
});

test("remove: the daemon of the existing operator, and the ConfigMap it reads, are left alone", async () => {
  const daemonsets = [foreign("linuxptp-daemon"), ours("ptp-agent")];
  const pods = [agentPod("p1", "linuxptp-daemon")];
  const cluster = createFakeCluster({ objects: { ...installed, deployments: [], daemonsets, pods }, podsEndAfter: 99 });
  await remove(cluster.world, options());
  const left = cluster.left();
  for (const name of ["daemonsets/linuxptp-daemon", "pods/p1", "configmaps/ptp-configmap"])
    assert.ok(left.includes(name));
  assert.ok(!left.includes("daemonsets/ptp-agent"));
});

test("remove: pods that do not go are named when the time is over, and nothing else is touched", async () => {
  const cluster = createFakeCluster({
    objects: { ...installed, deployments: [] },
    podsEndAfter: 1000,
    timeoutMs: 30_000,
  });
  await assert.rejects(remove(cluster.world, options()), (error) => {
    assert.ok(error instanceof DeadlineError);
    assert.match(error.message, /still there: 1 agents to end: p1 on node-p1; .*--force; then run it again/);
    return true;
  });
  assert.ok(cluster.left().includes("services/event-one"));
  const waiting = cluster.happened.filter((line) => line.startsWith("waiting"));
  assert.equal(waiting.length, 1, "told once while nothing changes");
});

test("remove: a Lease that somebody renews is another operator's", async () => {
  const lease = (renewTime: string): FakeObject => ({
    metadata: { name: "ptp.openshift.io" },
    spec: { holderIdentity: "x", leaseDurationSeconds: 15, renewTime },
  });
  let renewals = 1;
  const renewed = createFakeCluster({
    objects: { leases: [lease("1")] },
    paused: (objects) => void objects.set("leases", [lease(String((renewals += 1)))]),
  });
  await remove(renewed.world, options());
  assert.deepEqual(renewed.left(), ["leases/ptp.openshift.io"]);
  assert.ok(renewed.happened.includes("kept Lease n/ptp.openshift.io: x renews it"));
  const stale = createFakeCluster({ objects: { leases: [lease("1")] } });
  await remove(stale.world, options());
  assert.deepEqual(stale.left(), []);
});

test("remove: a replica that outlives its pod is waited for before anything is removed", async () => {
  const lease = (renewTime: string): FakeObject => ({
    metadata: { name: "ptp.openshift.io" },
    spec: { holderIdentity: "x", leaseDurationSeconds: 15, renewTime },
  });
  let pauses = 0;
  const cluster = createFakeCluster({
    objects: { ...installed, leases: [lease("0")] },
    // The first pause is for its pod; after the second its token is refused.
    paused: (objects) => void objects.set("leases", [lease(String(Math.min(2, (pauses += 1))))]),
  });
  await remove(cluster.world, options());
  assert.deepEqual(cluster.left(), [deployment, ...others]);
  const waits = cluster.happened.flatMap((line, place) => (line.startsWith("waiting 15 s: Lease") ? [place] : []));
  assert.equal(waits.length, 2);
  assert.ok(Math.max(...waits) < cluster.happened.indexOf("DELETE daemonsets/linuxptp-daemon"));
});

test("remove: a Lease that takes longer to judge than there is time for is told, not waited for", async () => {
  const spec = { holderIdentity: "x", leaseDurationSeconds: 3600, renewTime: "1" };
  const cluster = createFakeCluster({ objects: { leases: [{ metadata: { name: "ptp.openshift.io" }, spec }] } });
  await assert.rejects(remove(cluster.world, options()), (error) => {
    assert.ok(error instanceof DeadlineError);
    assert.match(error.message, /is held by x, which takes 3600 s to tell; run it again with more time/);
    return true;
  });
});

test("remove: agents are waited for also while a finalizer holds their DaemonSet", async () => {
  const held = { metadata: { name: "linuxptp-daemon", uid: "uid-linuxptp-daemon", labels } };
  const cluster = createFakeCluster({
    objects: { daemonsets: [held], pods: [agentPod("p1", "linuxptp-daemon")] },
    heldPlural: "daemonsets",
  });
  await remove(cluster.world, options());
  assert.ok(cluster.happened.includes("waiting for 1 agents to end: p1 on node-p1"));
});

test("remove: an API server that is away is waited for, one that refuses is not", async () => {
  const answers = (error: ApiError, times: number): FakeOptions => {
    let left = times;
    return {
      objects: installed,
      before: () => {
        if (left-- > 0) throw error;
      },
    };
  };
  const away = new ApiError("transient", "no answer", { status: 0 });
  const recovered = createFakeCluster(answers(away, 3));
  await remove(recovered.world, options());
  assert.equal(recovered.happened.filter((line) => line === "no answer; trying again").length, 3);
  const gone = createFakeCluster(answers(away, 1e6));
  await assert.rejects(remove(gone.world, options()), /no answer; run it again when the API server answers/);
  const refused = createFakeCluster(answers(new ApiError("invalid", "forbidden", { status: 403 }), 1));
  await assert.rejects(remove(refused.world, options()), { status: 403 });
});
