import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { kubernetesMissing } from "../binaries/programs.ts";
import { kubernetesVersion } from "../binaries/kubernetes-version.ts";
import { collectLines } from "../../lab/line-log.ts";
import type { DoomedPlane } from "../testing/doomed-plane.ts";
import { openControlPlane } from "../testing/open-control-plane.ts";
import { until } from "../testing/until.ts";
import { ApiError, createControlPlane, type ControlPlane } from "./control-plane.ts";

const configMaps = "/api/v1/namespaces/default/configmaps";

function configMap(name: string, value: string): object {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" }, data: { value } };
}

async function refusal(promise: Promise<unknown>): Promise<number | undefined> {
  return promise.then(
    () => undefined,
    (error: unknown) => (error instanceof ApiError ? error.status : undefined),
  );
}

async function inNamespace(plane: ControlPlane, kind: string): Promise<readonly string[]> {
  return (await plane.kubectl(["get", kind, "--output=name"])).split("\n").filter(Boolean);
}

test("a control plane serves the pinned version, and its controllers work", async (t) => {
  const plane = await openControlPlane(t);
  if (plane === undefined) return;
  const version = (await plane.api.request("GET", "/version")) as { readonly gitVersion: string };
  assert.equal(version.gitVersion, kubernetesVersion());
  await t.test("apply takes objects, and a file", async () => {
    assert.match(
      await plane.apply([configMap("one", "1"), configMap("two", "2")]),
      /configmap\/two serverside-applied/,
    );
    const file = join(plane.dir, "three.json");
    await writeFile(file, JSON.stringify(configMap("three", "3")));
    await plane.apply(file);
    assert.deepEqual(
      (await inNamespace(plane, "configmaps")).filter((name) => !name.includes("kube-root-ca")),
      ["configmap/one", "configmap/three", "configmap/two"],
    );
  });
  await t.test("the garbage collector removes what an owner leaves", async () => {
    const owner = (await plane.api.request("GET", `${configMaps}/one`)) as { readonly metadata: { uid: string } };
    const reference = { apiVersion: "v1", kind: "ConfigMap", name: "one", uid: owner.metadata.uid };
    const owned = { ...configMap("owned", ""), metadata: { name: "owned", ownerReferences: [reference] } };
    await plane.api.request("POST", configMaps, owned);
    await plane.api.request("DELETE", `${configMaps}/one`);
    await until(
      "the owned one is gone",
      async () => (await refusal(plane.api.request("GET", `${configMaps}/owned`))) === 404,
    );
  });
  await t.test("nodes are Ready with their labels, and taken by the controllers as they are", async () => {
    const names = Array.from({ length: 50 }, (_, index) => `node-${String(index)}`);
    await plane.createNodes(names, { "ptp/grandmaster": "" });
    const ready = String.raw`{range .items[*]}{.metadata.name}={.status.conditions[?(@.type=="Ready")].status}/{.spec.taints}{"\n"}{end}`;
    const selected = [
      "get",
      "nodes",
      "--selector=ptp/grandmaster,kubernetes.io/os=linux",
      `--output=jsonpath=${ready}`,
    ];
    const good = names.map((name) => `${name}=True/`).sort();
    await until("no node is tainted", async () => {
      const lines = (await plane.kubectl(selected)).split("\n").filter(Boolean).sort();
      return JSON.stringify(lines) === JSON.stringify(good);
    });
  });
  await t.test("helm renders for its version, installs and uninstalls", async () => {
    const chart = await writeChart(plane.dir);
    const [, minor] = kubernetesVersion().split(".");
    assert.match(await plane.helm(["template", "told", chart]), new RegExp(`value: v1\\.${minor ?? ""}\\.0`));
    await plane.helm(["install", "told", chart, "--wait"]);
    const value = ["get", "configmap", "told", "--output=jsonpath={.data.value}"];
    assert.equal(await plane.kubectl(value), kubernetesVersion());
    await plane.helm(["uninstall", "told", "--wait"]);
    await assert.rejects(plane.kubectl(value), /not found/);
  });
  assert.equal(existsSync(join(plane.dir, "kubectl-cache")), true, "not in the user's own folder");
});

async function writeChart(dir: string): Promise<string> {
  const template = [
    "apiVersion: v1",
    "kind: ConfigMap",
    "metadata: { name: told }",
    "data: { value: {{ .Capabilities.KubeVersion.Version }} }",
  ];
  await mkdir(join(dir, "chart/templates"), { recursive: true });
  await writeFile(join(dir, "chart/Chart.yaml"), "apiVersion: v2\nname: told\nversion: 1.0.0\n");
  await writeFile(join(dir, "chart/templates/told.yaml"), template.join("\n"));
  return join(dir, "chart");
}

test("any identity is what its kubeconfig says, with the rights of RBAC", async (t) => {
  const plane = await openControlPlane(t, { controllerManager: false, audit: true });
  if (plane === undefined) return;
  const anna = await plane.kubeconfig("anna/of:the+lab", ["clock makers", "guests"]);
  const whoami = ["auth", "whoami", "--output=json"];
  await t.test("a client certificate", async () => {
    const { status } = JSON.parse(await plane.kubectl(whoami, { kubeconfig: anna })) as {
      readonly status: { readonly userInfo: { readonly username: string; readonly groups: readonly string[] } };
    };
    assert.equal(status.userInfo.username, "anna/of:the+lab");
    assert.deepEqual(status.userInfo.groups, ["clock makers", "guests", "system:authenticated"]);
    await assert.rejects(plane.kubectl(["get", "nodes"], { kubeconfig: anna }), /anna\/of:the\+lab.*cannot list/);
    await plane.kubectl(["create", "clusterrole", "map-reader", "--verb=list", "--resource=configmaps"]);
    await plane.kubectl(["create", "clusterrolebinding", "guests", "--clusterrole=map-reader", "--group=guests"]);
    await until("the binding counts", async () => {
      const answer = plane.kubectl(["auth", "can-i", "list", "configmaps"], { kubeconfig: anna });
      return (await answer.catch(() => "no")) === "yes\n";
    });
  });
  await t.test("the token of a service account, bound to a pod, with an audience", async () => {
    await plane.kubectl(["create", "serviceaccount", "agent"]);
    const pod = await createPod(plane, "agent-1");
    const wanted = { namespace: "default", serviceAccount: "agent", audience: "ptp-operator", pod };
    const [token, unused] = await Promise.all([plane.serviceAccountToken(wanted), plane.serviceAccountToken(wanted)]);
    assert.deepEqual(await review(plane, token, "ptp-operator"), ["system:serviceaccount:default:agent", "agent-1"]);
    assert.equal(await review(plane, token, "somebody-else"), undefined);
    await plane.kubectl(["delete", "pod", "agent-1", "--grace-period=0", "--force"]);
    // One that was accepted stays so for 10 s: the API server remembers.
    await until("the other one ends with its pod", async () => {
      return (await review(plane, unused, "ptp-operator")) === undefined;
    });
  });
  await t.test("a service account as a client", async () => {
    const token = await plane.serviceAccountToken({ namespace: "default", serviceAccount: "agent" });
    const kubeconfig = await plane.tokenKubeconfig(token);
    await assert.rejects(plane.kubectl(["get", "nodes"], { kubeconfig }), /serviceaccount:default:agent.*cannot list/);
  });
  await t.test("the audit tells who asked for what", async () => {
    const requests = (await plane.audit?.read()) ?? [];
    const refused = requests.filter(({ user, status }) => user === "anna/of:the+lab" && status === 403);
    assert.deepEqual([...new Set(refused.map(({ verb, uri }) => `${verb} ${uri}`))], ["list /api/v1/nodes?limit=500"]);
    await plane.audit?.clear();
    assert.deepEqual(
      (await plane.audit?.read())?.filter(({ user }) => user === "anna/of:the+lab"),
      [],
    );
  });
});

async function createPod(plane: ControlPlane, name: string): Promise<{ readonly name: string; readonly uid: string }> {
  const spec = { serviceAccountName: "agent", nodeName: "node-1", containers: [{ name: "agent", image: "agent" }] };
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name }, spec };
  const made = (await plane.api.request("POST", "/api/v1/namespaces/default/pods", pod)) as {
    readonly metadata: { readonly uid: string };
  };
  return { name, uid: made.metadata.uid };
}

/** User and pod of a token as TokenReview tells them; undefined when it is not accepted. */
async function review(plane: ControlPlane, token: string, audience: string): Promise<readonly string[] | undefined> {
  const body = {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenReview",
    spec: { token, audiences: [audience] },
  };
  const { status } = (await plane.api.request("POST", "/apis/authentication.k8s.io/v1/tokenreviews", body)) as {
    readonly status: {
      readonly authenticated?: boolean;
      readonly user?: { readonly username: string; readonly extra?: Readonly<Record<string, readonly string[]>> };
    };
  };
  if (status.authenticated !== true) return undefined;
  const pods = status.user?.extra?.["authentication.kubernetes.io/pod-name"] ?? [];
  return [status.user?.username ?? "", ...pods];
}

test("the API server can be killed, halted and ended, and comes back with its data", async (t) => {
  const plane = await openControlPlane(t, { controllerManager: false });
  if (plane === undefined) return;
  await plane.apply([configMap("kept", "1")]);
  const first = plane.apiServer.pid;
  await plane.stopApiServer();
  assert.equal(plane.apiServer.pid, undefined);
  await assert.rejects(plane.api.request("GET", "/version"), /ECONNREFUSED/);
  await plane.startApiServer();
  assert.notEqual(plane.apiServer.pid, first);
  assert.deepEqual(await readValue(plane), "1");
  const answer = pausedAnswer(plane);
  assert.equal(await Promise.race([answer, settledAfter(500)]), "silence");
  plane.resumeApiServer();
  assert.equal(await answer, "1");
  await plane.stopApiServer(10_000);
  await plane.startApiServer();
  assert.equal(await readValue(plane), "1");
});

async function readValue(plane: ControlPlane): Promise<string> {
  const { data } = (await plane.api.request("GET", `${configMaps}/kept`)) as {
    readonly data: { readonly value: string };
  };
  return data.value;
}

async function pausedAnswer(plane: ControlPlane): Promise<string> {
  plane.pauseApiServer();
  return readValue(plane);
}

async function settledAfter(waitMs: number): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve("silence"), waitMs));
}

test("with a scheduler and kubelets played, a DaemonSet rolls out, changes and goes", async (t) => {
  const plane = await openControlPlane(t, { scheduler: true });
  if (plane === undefined) return;
  await plane.createNodes(["one", "two", "three"]);
  plane.playKubelets();
  await plane.apply([daemonSet("1")]);
  const rolledOut = ["rollout", "status", "daemonset/agent", "--timeout=50s"];
  assert.match(await plane.kubectl(rolledOut), /successfully rolled out/);
  await plane.stopApiServer();
  await plane.startApiServer();
  await plane.apply([daemonSet("2")]);
  assert.match(await plane.kubectl(rolledOut), /successfully rolled out/);
  const images = ["get", "pods", "--output=jsonpath={.items[*].spec.containers[*].image}"];
  await until("only new pods", async () => (await plane.kubectl(images)) === "agent:2 agent:2 agent:2");
  await plane.kubectl(["delete", "daemonset", "agent"]);
  await until("no pods", async () => (await plane.kubectl(["get", "pods", "--output=name"])) === "");
});

function daemonSet(tag: string): object {
  const labels = { app: "agent" };
  const spec = { containers: [{ name: "agent", image: `agent:${tag}` }] };
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "agent", namespace: "default" },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
}

test("a program that ends at once is told with its last words, and nothing of it stays", async (t) => {
  const missing = kubernetesMissing();
  if (missing !== undefined) return t.skip(missing);
  const flags = ["--authorization-mode=Nonsense"];
  await assert.rejects(createControlPlane({ apiServerFlags: flags }), /kube-apiserver ended before.*\n.*Nonsense/s);
  assert.deepEqual(stateDirs(), []);
});

test("kill -9 of the program that made it leaves no process and no file", async (t: TestContext) => {
  const missing = kubernetesMissing();
  if (missing !== undefined) return t.skip(missing);
  const maker = spawn(process.execPath, [join(import.meta.dirname, "../testing/doomed-plane.ts")]);
  t.after(() => maker.kill("SIGKILL"));
  const told = await collectLines([maker.stdout, maker.stderr]).waitFor(/^\{/, 120_000);
  const doomed = JSON.parse(told) as DoomedPlane;
  assert.equal(doomed.pids.filter(isRunning).length, 4);
  maker.kill("SIGKILL");
  await until("all is gone", () => !doomed.pids.some(isRunning) && !existsSync(doomed.dir));
});

/** Not gone, and not a zombie that nobody has collected yet. */
function isRunning(pid: number): boolean {
  return existsSync(`/proc/${String(pid)}/exe`);
}

/** Of this process; others may have control planes too. */
function stateDirs(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`ptp-kubernetes-${process.pid}-`));
}
