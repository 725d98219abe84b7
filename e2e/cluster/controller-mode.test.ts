import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { helmMissing, renderChart, type Manifest } from "../../tools/chart/helm.ts";
import { askedAccess, unusedPermissions, type AskedAccess } from "../../tools/chart/permission-use.ts";
import { permissionsOf } from "../../tools/chart/permissions.ts";
import type { AuditedRequest, ControlPlane } from "../../tools/kubernetes/control-plane/control-plane.ts";
import { openControlPlane } from "../../tools/kubernetes/testing/open-control-plane.ts";
import { installCrds } from "../../tools/kubernetes/crds/custom-resources.ts";
import { until } from "../../tools/kubernetes/testing/until.ts";
import { childOf, startControllerAgent, type ControllerAgent } from "./testing/controller-agent.ts";

const run = promisify(execFile);
const ours = "/apis/ptp.openshift.io/v1/namespaces/openshift-ptp";
const nodeNames = ["n1", "n2", "n3"];

interface Seen {
  readonly status?: {
    readonly matchList?: readonly { readonly nodeName: string; readonly profile: string }[];
    readonly conditions?: readonly unknown[];
    readonly profiles?: readonly { readonly name: string; readonly outcome: string }[];
  };
}

const user = "system:serviceaccount:openshift-ptp:linuxptp-daemon";
const firstGeneration = {
  apiVersion: "ptp.openshift.io/v1",
  kind: "NodePTPCfg",
  metadata: { name: "g", namespace: "openshift-ptp" },
  spec: {
    profile: [{ name: "first", interface: "lo", ptp4lOpts: "-2" }],
    recommend: [{ profile: "first", priority: 1, match: [{ nodeName: "n3" }] }],
  },
};

const ptpConfig = {
  apiVersion: "ptp.openshift.io/v1",
  kind: "PtpConfig",
  metadata: { name: "c", namespace: "openshift-ptp" },
  spec: {
    profile: ["one", "two"].map((name) => ({ name, interface: "lo", ptp4lOpts: "-2", ptp4lConf: "[global]\n" })),
    recommend: [
      { profile: "two", priority: 1, match: [{ nodeLabel: "ptp/two" }] },
      { profile: "one", priority: 5, match: [{ nodeLabel: "ptp/one" }] },
    ],
  },
};

/** What the chart gives agents in controller mode. */
function permissionsOfChart(): readonly Manifest[] {
  const values = { rbac: { controllerMode: true }, operator: { replicas: 0 } };
  const isOfAgents = ({ kind, metadata: { name } }: Manifest): boolean =>
    /^(Cluster)?Role(Binding)?$/.test(kind)
      ? name.includes("-controller")
      : kind === "ServiceAccount" && name === "linuxptp-daemon";
  return renderChart({ values }).filter(isOfAgents);
}

test("agents without an operator, with the permissions of the chart", { timeout: 400_000 }, async (t) => {
  const probe = await run("unshare", ["-m", "mount", "-t", "tmpfs", "tmpfs", "/run"]).catch(() => undefined);
  if (probe === undefined) return t.skip("cannot make a mount namespace: an agent needs its own /run");
  const plane = await openControlPlane(t, { controllerManager: false, audit: true });
  if (plane === undefined) return;
  if (helmMissing !== undefined) return t.skip(helmMissing);
  await installCrds(plane);
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "openshift-ptp" } };
  await plane.apply([namespace]).catch(() => undefined);
  await plane.apply(permissionsOfChart());
  await plane.createNodes(nodeNames, { "ptp/one": "" });
  await plane.api.request("POST", `${ours}/ptpconfigs`, ptpConfig);
  const kubeconfig = await plane.kubeconfig(user);
  const agents: ControllerAgent[] = [];
  for (const name of nodeNames) agents.push(await startControllerAgent(t, { name, kubeconfig }));
  const [first] = agents;
  assert.ok(first);

  await t.test("each applies its profile and tells of itself; the match list has them all", async () => {
    for (const name of nodeNames) await profileOf(plane, name, "c_one applied");
    await matches(plane, ["n1/one", "n2/one", "n3/one"]);
    const config = (await plane.api.request("GET", `${ours}/ptpconfigs/c`)) as Seen;
    assert.equal(config.status?.conditions, undefined, "what spans nodes is nobody's");
    for (const agent of agents) await until("ready", async () => (await agent.probe("/readyz")) === 200, 60_000);
  });

  await t.test("the child is another user without capabilities", async () => {
    const status = readFileSync(`/proc/${await childOf(first)}/status`, "utf8");
    assert.match(status, /^Uid:\s65532\s65532\s65532\s65532$/m);
    assert.match(status, /^Groups:\s*$/m);
    assert.match(status, /^NoNewPrivs:\s1$/m);
    for (const set of ["Inh", "Prm", "Eff", "Amb"]) assert.match(status, new RegExp(`^Cap${set}:\\s0+$`, "m"));
  });

  await t.test("nodes that change at once keep each other's entries; the lower number wins", async () => {
    const label = (name: string) => plane.kubectl(["label", "node", name, "ptp/two="]);
    await Promise.all(nodeNames.map(label));
    await matches(plane, ["n1/two", "n2/two", "n3/two"]);
    await plane.kubectl(["label", "node", "n2", "ptp/two-", "ptp/one-"]);
    await matches(plane, ["n1/two", "n3/two"]);
    await profileOf(plane, "n2", "");
  });

  await t.test("a child that dies is started again; an agent that is killed takes it along", async () => {
    const before = await childOf(first);
    process.kill(before, "SIGKILL");
    await until("another child", async () => (await childOf(first).catch(() => before)) !== before, 60_000);
    await until("ready again", async () => (await first.probe("/readyz")) === 200, 60_000);
    assert.equal(await first.probe("/healthz"), 200);
    const child = await childOf(first);
    first.kill("SIGKILL");
    await until("the child is gone", async () => !isAlive(child));
  });

  await t.test("nothing is refused, and every permission is used, those for the first generation too", async () => {
    await plane.api.request("POST", `${ours}/nodeptpcfgs`, firstGeneration);
    await until("the match is told", async () => {
      const { status } = (await plane.api.request("GET", `${ours}/nodeptpcfgs/g`)) as Seen;
      return status?.matchList?.some(({ nodeName }) => nodeName === "n3") === true;
    });
    const asked = async () => ((await plane.audit?.read()) ?? []).filter((request) => request.user === user);
    const granted = permissionsOf("linuxptp-daemon", permissionsOfChart());
    const unused = async () => unusedPermissions(granted, (await asked()).flatMap(accessesOf));
    // The last status was seen perhaps before its writer, and the record of what it asked, were done.
    await until("all are used", async () => (await unused()).length === 0).catch(() => undefined);
    assert.deepEqual(await unused(), []);
    const refused = (await asked()).filter(({ status }) => status === 403).map(({ verb, uri }) => `${verb} ${uri}`);
    assert.deepEqual([...new Set(refused)], []);
  });

  await t.test("SIGTERM ends both", async () => {
    const [, second] = agents;
    assert.ok(second);
    const child = await childOf(second);
    second.kill("SIGTERM");
    assert.equal(await second.exited, 0);
    assert.ok(!isAlive(child));
  });
});

/** Applying what is not there asks for `create` too, without a record of its own. */
function accessesOf(request: AuditedRequest): readonly AskedAccess[] {
  const access = askedAccess(request);
  if (access === undefined) return [];
  return request.verb === "patch" && request.status === 201 ? [access, { ...access, verb: "create" }] : [access];
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

async function profileOf(plane: ControlPlane, nodeName: string, wanted: string): Promise<void> {
  let told = "";
  const isTold = async (): Promise<boolean> => {
    // Absent at first.
    const device = (await plane.api.request("GET", `${ours}/nodeptpdevices/${nodeName}`).catch(() => ({}))) as Seen;
    told = (device.status?.profiles ?? []).map(({ name, outcome }) => `${name} ${outcome}`).join(", ");
    return told === wanted;
  };
  await until(`${nodeName}: ${wanted}`, isTold, 90_000).catch(() => assert.fail(`${nodeName}: ${told}, not ${wanted}`));
}

async function matches(plane: ControlPlane, wanted: readonly string[]): Promise<void> {
  let told: readonly string[] = [];
  const isTold = async (): Promise<boolean> => {
    const config = (await plane.api.request("GET", `${ours}/ptpconfigs/c`)) as Seen;
    const list = config.status?.matchList ?? [];
    told = list.map(({ nodeName, profile }) => `${nodeName}/${profile}`).toSorted();
    return told.join() === wanted.join();
  };
  await until(wanted.join(), isTold, 60_000).catch(() => assert.fail(`${told.join()}, not ${wanted.join()}`));
  // Nobody writes anything else after that.
  await sleep(500);
  assert.ok(await isTold());
}
