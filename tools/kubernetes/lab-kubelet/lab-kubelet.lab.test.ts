import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { createLab } from "../../lab/lab.ts";
import { labMissing } from "../../lab/preflight.ts";
import { createRelay } from "../../lab/relay.ts";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { openControlPlane } from "../testing/open-control-plane.ts";
import { until } from "../testing/until.ts";
import { startLabKubelet } from "./lab-kubelet.ts";

const program = join(import.meta.dirname, "../testing/probed-program.ts");
const podsPath = "/api/v1/namespaces/default/pods";

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: { readonly nodeName: string };
  readonly status: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly { readonly restartCount: number }[];
  };
}

test("startLabKubelet: pods of a DaemonSet are programs in hosts", { timeout: 400_000 }, async (t) => {
  const missing = await labMissing();
  if (missing !== undefined) return t.skip(missing);
  const plane = await openControlPlane(t, { scheduler: true });
  if (plane === undefined) return;
  const lab = await createLab({ clock: "read-only" });
  t.after(() => lab.close());
  const hosts = new Map([
    ["n1", await lab.host("n1")],
    ["n2", await lab.host("n2")],
  ]);
  await plane.createNodes(["n1", "n2", "elsewhere"]);
  await plane.api.request("POST", "/apis/apps/v1/namespaces/default/daemonsets", daemonSet);
  const kubelet = startLabKubelet({ plane, hosts, programOf: () => [process.execPath, program] });
  t.after(() => kubelet.close());

  await t.test("a volume is waited for; then a pod is ready when its probe says so", async () => {
    const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "words" }, data: { "a.txt": "hello" } };
    await plane.api.request("POST", "/api/v1/namespaces/default/configmaps", configMap);
    await until("both are ready", async () => (await readyPods(plane)).length === 2, 60_000);
    const [token = "", ...rest] = kubelet.lines("n1");
    assert.deepEqual(rest, ["/etc/words/a.txt: hello", "on n1"]);
    assert.match(token, /^\/var\/run\/token\/token: eyJ/, "a token of its own");
  });

  await t.test("a program that ends by itself is started again", async () => {
    const [pid] = await kubelet.pids("n2");
    assert.ok(pid !== undefined);
    process.kill(pid, "SIGKILL");
    await until(
      "it was restarted",
      async () => (await podOn(plane, "n2"))?.status.containerStatuses?.[0]?.restartCount === 1,
    );
    await until("both are ready", async () => (await readyPods(plane)).length === 2, 60_000);
  });

  await t.test("a deleted pod ends in order and another comes", async () => {
    const before = await podOn(plane, "n1");
    await plane.api.request("DELETE", `${podsPath}/${before?.metadata.name}`);
    await until(
      "another is ready",
      async () => {
        const [now] = (await readyPods(plane)).filter(({ spec }) => spec.nodeName === "n1");
        return now !== undefined && now.metadata.uid !== before?.metadata.uid;
      },
      60_000,
    );
  });

  await t.test("a relay leads out of a host, by name", async () => {
    const host = hosts.get("n1");
    assert.ok(host);
    const relay = await createRelay(lab, Number(new URL(plane.url).port));
    t.after(() => relay.close());
    await relay.open(host, 6443, ["api.example"]);
    const ask = "fetch('https://api.example:6443/readyz').then(async (a) => console.log(await a.text()))";
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };
    assert.equal(await host.run([process.execPath, "--no-warnings", "--eval", ask], { env }), "ok\n");
  });
});

async function readyPods({ api }: ControlPlane): Promise<readonly Pod[]> {
  const { items } = (await api.request("GET", podsPath)) as { readonly items: readonly Pod[] };
  return items.filter(({ status }) =>
    status.conditions?.some(({ type, status }) => type === "Ready" && status === "True"),
  );
}

async function podOn({ api }: ControlPlane, nodeName: string): Promise<Pod | undefined> {
  const { items } = (await api.request("GET", podsPath)) as { readonly items: readonly Pod[] };
  return items.find(({ spec }) => spec.nodeName === nodeName);
}

const token = { serviceAccountToken: { path: "token", audience: "a.example", expirationSeconds: 3600 } };

const daemonSet = {
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name: "d" },
  spec: {
    selector: { matchLabels: { app: "d" } },
    updateStrategy: { type: "OnDelete" },
    template: {
      metadata: { labels: { app: "d" } },
      spec: {
        automountServiceAccountToken: false,
        containers: [
          {
            name: "c",
            image: "any",
            args: ["7001", "/var/run/token/token", "/etc/words/a.txt"],
            env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
            readinessProbe: { httpGet: { path: "/", port: 7001 }, periodSeconds: 1 },
            volumeMounts: [
              { name: "token", mountPath: "/var/run/token" },
              { name: "words", mountPath: "/etc/words" },
            ],
          },
        ],
        volumes: [
          { name: "token", projected: { sources: [token] } },
          { name: "words", configMap: { name: "words" } },
        ],
      },
    },
  },
};
