import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:tls";
import { watchStalls } from "../../tools/lab/stall-watch.ts";
import type { ControlPlane } from "../../tools/kubernetes/control-plane/control-plane.ts";
import { openControlPlane } from "../../tools/kubernetes/testing/open-control-plane.ts";
import { until } from "../../tools/kubernetes/testing/until.ts";
import { agentToken, createAgentPod } from "./testing/agent-pod.ts";
import { openOperatorWorld } from "./testing/operator-world.ts";

const ours = "/apis/ptp.openshift.io/v1/namespaces/openshift-ptp";
const leasePath = "/apis/coordination.k8s.io/v1/namespaces/openshift-ptp/leases/ptp.openshift.io";
const mergePatch = "application/merge-patch+json";

const ptpConfig = {
  apiVersion: "ptp.openshift.io/v1",
  kind: "PtpConfig",
  metadata: { name: "c", namespace: "openshift-ptp" },
  spec: {
    profile: ["one", "two"].map((name) => ({ name, interface: "eth0", ptp4lConf: "[global]\ndomainNumber 24\n" })),
    recommend: [
      { profile: "two", priority: 1, match: [{ nodeLabel: "ptp/two" }] },
      { profile: "one", priority: 5, match: [{ nodeName: "n1" }, { nodeName: "n2" }] },
    ],
  },
};

interface Seen {
  readonly metadata: { readonly generation: number; readonly resourceVersion: string };
  readonly spec?: { readonly holderIdentity?: string; readonly renewTime?: string; readonly acquireTime?: string };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason: string }[];
    readonly observedGeneration?: number;
    readonly matchList?: readonly unknown[];
    readonly revision?: string;
    readonly summary?: Readonly<Record<string, number>>;
  };
}

test("the operator in a cluster, two replicas with the chart's permissions", { timeout: 400_000 }, async (t) => {
  const plane = await openControlPlane(t, { controllerManager: false });
  if (plane === undefined) return;
  const stalls = watchStalls();
  t.after(() => stalls.stop());
  const world = await openOperatorWorld(t, plane);
  await plane.createNodes(["n1", "n2", "n3"]);
  await plane.api.request("POST", `${ours}/ptpconfigs`, ptpConfig);
  const first = world.start("a");
  await until("the first leads", async () => (await leader(plane)).startsWith("a_"), 90_000);
  const second = world.start("b");
  const tokenFor = async (name: string, node: string) => agentToken(plane, await createAgentPod(plane, name, node));
  const [token, otherToken] = [await tokenFor("agent-1", "n1"), await tokenFor("agent-2", "n2")];
  const agent = await world.connect(first, token);
  const other = await world.connect(second, otherToken);
  assert.equal(other.nodeName, "n2");
  assert.equal(agent.nodeName, "n1", "from the token's pod");
  const names = ({ config }: { config: { profiles: readonly { name: string }[] } }) =>
    config.profiles.map(({ name }) => name);

  await t.test("its config comes; status comes back", async () => {
    const { revision, ...issued } = await agent.accept();
    assert.deepEqual(names(issued), ["c_one"]);
    await other.accept();
    await until(
      "the profile is ready",
      async () => (await readyOf(plane, "ptpconfigs/c")) === "True Succeeded",
      60_000,
    );
    const { status } = await read(plane, `${ours}/ptpconfigs/c`);
    const both = ["n1", "n2"].map((nodeName) => ({ nodeName, profile: "one" }));
    assert.deepEqual(status?.matchList, both, "of n2 the leader knows by its NodePtpDevice");
    const { matchedNodes, appliedNodes, lockedNodes } = status.summary ?? {};
    assert.deepEqual([matchedNodes, appliedNodes, lockedNodes], [2, 2, 2]);
    await until(
      "the node's object is ready",
      async () => (await readyOf(plane, "nodeptpdevices/n1")) === "True Succeeded",
      60_000,
    );
    assert.equal((await read(plane, `${ours}/nodeptpdevices/n1`)).status?.revision, revision);
  });

  await t.test("TLS older than 1.3 is not spoken", async () => {
    const [host, port] = first.address.split(":");
    const socket = connect({ host, port: Number(port), rejectUnauthorized: false, maxVersion: "TLSv1.2" });
    const [error] = (await once(socket, "error")) as [{ code: string }];
    assert.equal(error.code, "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION");
  });

  await t.test("a node gets a label: its agent gets another config within a second", async () => {
    const comesInTime = async (value: string | null, wanted: string) => {
      const before = stalls.stallsMs.length;
      const startMs = performance.now();
      await label(plane, "n1", value);
      assert.deepEqual(names(await agent.accept()), [wanted]);
      const tookMs = performance.now() - startMs;
      if (tookMs < 1000) return true;
      // A stall is told after its end.
      await sleep(200);
      assert.ok(stalls.stallsMs.length > before, `${tookMs} ms, and the machine did not stand still`);
      return false;
    };
    for (let tries = 1; !(await comesInTime("", "c_two")); tries++) {
      assert.ok(tries < 5, "the machine stands still again and again");
      await comesInTime(null, "c_one");
    }
  });

  await t.test("the API server is killed and comes back: the session stays, news come", async () => {
    // After this nothing can be told: a server that just started knows no permissions for a moment.
    const forbidden = [...first.lines, ...second.lines].filter((line) => line.includes("forbidden"));
    assert.deepEqual(forbidden, [], "the chart's permissions are enough");
    await plane.stopApiServer();
    await plane.startApiServer();
    await until("a write is taken", () => isTaken(label(plane, "n1", null)), 60_000);
    assert.deepEqual(names(await agent.accept()), ["c_one"]);
    // The other replica follows the nodes too: what comes to its agent came after that.
    await until("another is taken", () => isTaken(label(plane, "n2", "")), 60_000);
    assert.deepEqual(names(await other.accept()), ["c_two"]);
    await label(plane, "n2", null);
    assert.deepEqual(names(await other.accept()), ["c_one"]);
    // Whichever: a server that was away for long had no leader.
    const { renewTime: last } = await leaseSpec(plane);
    const isRenewed = async () => ![undefined, last].includes((await leaseSpec(plane)).renewTime);
    await until("somebody leads again", isRenewed, 60_000);
  });

  let revision = "";
  let node = "n1";

  await t.test("the leader is killed: the other leads within 20 s and knows what runs", async () => {
    const isFirst = (await leader(plane)).startsWith("a_");
    const [leading, standby] = isFirst ? [first, second] : [second, first];
    node = isFirst ? "n1" : "n2";
    const before = stalls.stallsMs.length;
    await leading.kill();
    const { renewTime } = await leaseSpec(plane);
    const again = await world.connect(standby, isFirst ? token : otherToken);
    assert.deepEqual(names(await again.accept()), ["c_one"], "it holds nothing yet: it gets what it shall run");
    await label(plane, node, "");
    const issued = await again.accept();
    assert.deepEqual(names(issued), ["c_two"]);
    ({ revision } = issued);
    await until("the other leads", async () => (await leader(plane)).startsWith(isFirst ? "b_" : "a_"), 60_000);
    // As the two tell themselves: what this test takes to see it does not count.
    const gapMs = Date.parse((await leaseSpec(plane)).acquireTime ?? "") - Date.parse(renewTime ?? "");
    // Nor does what nobody had.
    const stoodMs = stalls.stallsMs.slice(before).reduce((sum, each) => sum + each, 0);
    assert.ok(gapMs - stoodMs < 20_000, `${gapMs} ms without a leader, ${stoodMs} ms of them without a machine`);
    const spec = { spec: { profile: [...ptpConfig.spec.profile, { name: "three" }] } };
    await plane.api.request("PATCH", `${ours}/ptpconfigs/c`, spec, mergePatch);
    await until(
      "it writes",
      async () => {
        const { metadata, status } = await read(plane, `${ours}/ptpconfigs/c`);
        return status?.observedGeneration === metadata.generation;
      },
      60_000,
    );
  });

  await t.test("at rest nothing is written; a node that goes takes its object along", async () => {
    const isReady = async (path: string) => (await readyOf(plane, path)) === "True Succeeded";
    const device = `nodeptpdevices/${node}`;
    // Ready it was before, too: with the revision that came last it is what stays.
    await until(
      "the node's object tells what it runs",
      async () => (await read(plane, `${ours}/${device}`)).status?.revision === revision && (await isReady(device)),
      60_000,
    );
    const matches = async () => JSON.stringify((await read(plane, `${ours}/ptpconfigs/c`)).status?.matchList ?? []);
    const isTold = async () => (await matches()).includes(`{"nodeName":"${node}","profile":"two"}`);
    await until("all is ready", async () => (await isTold()) && (await isReady("ptpconfigs/c")), 60_000);
    const versions = async () => [
      (await read(plane, `${ours}/ptpconfigs/c`)).metadata.resourceVersion,
      (await read(plane, `${ours}/${device}`)).metadata.resourceVersion,
    ];
    const before = await versions();
    await sleep(6000);
    assert.deepEqual(await versions(), before);
    const isThere = () =>
      read(plane, `${ours}/nodeptpdevices/n3`).then(
        () => true,
        () => false,
      );
    await until("a node without an agent has one too, when its agent had time to come", isThere, 150_000);
    await plane.api.request("DELETE", "/api/v1/nodes/n3");
    await until("it is gone", async () => !(await isThere()));
  });
});

async function read({ api }: ControlPlane, path: string): Promise<Seen> {
  return (await api.request("GET", path)) as Seen;
}

async function readyOf(plane: ControlPlane, path: string): Promise<string> {
  const seen = await read(plane, `${ours}/${path}`).catch(() => undefined);
  const ready = seen?.status?.conditions?.find(({ type }) => type === "Ready");
  return `${ready?.status} ${ready?.reason}`;
}

async function leaseSpec(plane: ControlPlane): Promise<NonNullable<Seen["spec"]>> {
  const lease = await read(plane, leasePath).catch(() => undefined);
  return lease?.spec ?? {};
}

async function leader(plane: ControlPlane): Promise<string> {
  return (await leaseSpec(plane)).holderIdentity ?? "";
}

/** Whether a request was not refused, as by a server that has just started. */
function isTaken(request: Promise<unknown>): Promise<boolean> {
  return request.then(
    () => true,
    () => false,
  );
}

async function label({ api }: ControlPlane, node: string, value: string | null): Promise<void> {
  await api.request("PATCH", `/api/v1/nodes/${node}`, { metadata: { labels: { "ptp/two": value } } }, mergePatch);
}
