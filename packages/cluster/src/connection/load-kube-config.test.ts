import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { loadKubeConfig } from "./load-kube-config.ts";

async function file(t: TestContext, content: unknown): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "kubeconfig-"));
  t.after(() => rm(directory, { recursive: true }));
  const path = join(directory, "config");
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const contexts = (...names: readonly string[]) => ({
  apiVersion: "v1",
  kind: "Config",
  clusters: names.map((name) => ({ name, cluster: { server: `https://${name}:6443` } })),
  users: [{ name: "u", user: { token: "t" } }],
  contexts: names.map((name) => ({ name, context: { cluster: name, user: "u" } })),
  "current-context": names[0],
});

test("loadKubeConfig: the current context, or another", async (t) => {
  const kubeconfig = await file(t, contexts("one", "two"));
  assert.equal(loadKubeConfig({ kubeconfig }).getCurrentCluster()?.server, "https://one:6443");
  assert.equal(loadKubeConfig({ kubeconfig, context: "two" }).getCurrentCluster()?.server, "https://two:6443");
});

test("loadKubeConfig: what cannot be used is refused with the remedy", async (t) => {
  const refusal = { kind: "invalid" };
  assert.throws(() => loadKubeConfig({ kubeconfig: "/nonexistent" }), {
    ...refusal,
    message: /^kubeconfig \/nonexistent cannot be read: ENOENT/,
  });
  const broken = await file(t, "{");
  assert.throws(() => loadKubeConfig({ kubeconfig: broken }), refusal);
  const good = await file(t, contexts("one"));
  assert.throws(() => loadKubeConfig({ kubeconfig: good, context: "none" }), {
    ...refusal,
    message: /name a kubeconfig/,
  });
});

test("loadKubeConfig: outside a pod there is no ServiceAccount", (t) => {
  if (process.env["KUBERNETES_SERVICE_HOST"] !== undefined) return t.skip("this is a pod");
  assert.throws(() => loadKubeConfig({}), { kind: "invalid" });
});
