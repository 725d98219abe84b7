import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { parseAllDocuments } from "yaml";
import { until } from "../kubernetes/testing/until.ts";
import { openControlPlane } from "../kubernetes/testing/open-control-plane.ts";
import { helmMissing, renderChart, type Manifest } from "./helm.ts";
import { plainManifests } from "./plain-manifests.ts";

const options = helmMissing === undefined ? {} : { skip: helmMissing };
const manifestsIn = (text: string) => parseAllDocuments(text).map((document) => document.toJS() as Manifest);
const keys = (manifests: readonly Manifest[]) =>
  manifests.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`).toSorted();

test("plainManifests: all that helm install makes, nothing that undoes it, no trace of Helm", options, () => {
  const files = plainManifests();
  const { "ptp-operator.yaml": install, "ptp-operator-remove.yaml": removal } = files;
  assert.deepEqual(keys(manifestsIn(install)), keys(renderChart({ values: { namespace: { create: true } } })));
  assert.equal(manifestsIn(removal).length, 5);
  for (const text of [install, removal]) assert.doesNotMatch(text, /helm\.sh\/|managed-by: Helm/);
});

test("kubectl applies them, twice, and takes them away again", { timeout: 400_000 }, async (t) => {
  const plane = await openControlPlane(t, { scheduler: true });
  if (plane === undefined) return;
  await plane.createNodes(["one", "two"]);
  plane.playKubelets();
  const { "ptp-operator.yaml": install, "ptp-operator-remove.yaml": removal } = plainManifests();
  const [installPath, removalPath] = [join(plane.dir, "install.yaml"), join(plane.dir, "remove.yaml")];
  await Promise.all([writeFile(installPath, install), writeFile(removalPath, removal)]);
  const apply = (path: string) => plane.kubectl(["apply", "--server-side", "--filename", path]);
  await apply(installPath);
  assert.doesNotMatch(await apply(installPath), /error|conflict/i);
  const available = ["wait", "deployment/ptp-operator", "-n", "openshift-ptp", "--for=condition=Available"];
  await plane.kubectl([...available, "--timeout=120s"], { timeoutMs: 150_000 });
  await apply(removalPath);
  const job = ["get", "pods", "-n", "openshift-ptp", "-l", "app.kubernetes.io/component=remove", "-o", "name"];
  await until("the Job has a pod", async () => (await plane.kubectl(job)) !== "");
  const both = ["--filename", removalPath, "--filename", installPath];
  await plane.kubectl(["delete", "--ignore-not-found", "--wait=false", ...both]);
  // The API server may take minutes to let a definition go that it has begun to delete.
  const staying = ["get", "crd", "--output=jsonpath={range .items[*]}{.metadata.deletionTimestamp}{'\\n'}{end}"];
  await until("the definitions go", async () => !(await plane.kubectl(staying)).split("\n").slice(0, -1).includes(""));
});
