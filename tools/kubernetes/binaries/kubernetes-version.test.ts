import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { goModuleDir, kubernetesVersion, pinnedVersion } from "./kubernetes-version.ts";
import { linkFlags } from "./link-flags.ts";
import { goPackages } from "./programs.ts";

const goMod = readFileSync(join(goModuleDir, "go.mod"), "utf8");

test("kubernetesVersion is a release, and every module of Kubernetes is of that release", () => {
  assert.match(kubernetesVersion(), /^v1\.\d+\.\d+$/);
  const published = kubernetesVersion().replace(/^v1\./, "v0.");
  const replaced = [...goMod.matchAll(/^\t(k8s\.io\/\S+) => (\S+) (\S+)$/gm)];
  assert.ok(replaced.length > 30);
  for (const [, module, by, version] of replaced) assert.deepEqual([by, version], [module, published]);
});

test("helm is built on the same Kubernetes libraries, so that it compiles little of its own", () => {
  // Helm 3.N has always followed Kubernetes 1.(N + 15).
  const minor = Number(kubernetesVersion().split(".")[1]);
  assert.equal(pinnedVersion("helm.sh/helm/v3").split(".")[1], String(minor - 15));
});

test("go.mod names exactly the programs that can be built", () => {
  const tools = /^tool \(\n([^)]*)\)/m.exec(goMod)?.[1] ?? "";
  const named = tools.split("\n").map((line) => line.trim());
  assert.deepEqual(named.filter(Boolean).toSorted(), Object.values(goPackages).toSorted());
});

test("pinnedVersion knows no module that is not required", () => {
  assert.throws(() => pinnedVersion("k8s.io/minikube"), /requires no k8s\.io\/minikube/);
});

test("linkFlags names the version to every program", () => {
  const version = kubernetesVersion();
  assert.match(linkFlags(), new RegExp(`component-base/version\\.gitVersion=${version.replaceAll(".", "\\.")}( |$)`));
  assert.match(linkFlags(), /chartutil\.k8sVersionMinor=\d+( |$)/);
});
