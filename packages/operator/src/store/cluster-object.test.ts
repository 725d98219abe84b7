import type { KubeObject } from "@ptp/cluster";
import assert from "node:assert/strict";
import { test } from "node:test";
import { clusterKey, foldClusterObject } from "./cluster-object.ts";

const config = (spec: unknown, metadata: object = {}): KubeObject =>
  ({
    apiVersion: "ptp.openshift.io/v1",
    kind: "PtpConfig",
    metadata: { name: "c", namespace: "n", uid: "1", generation: 1, resourceVersion: "1", ...metadata },
    spec,
  }) as KubeObject;
const good = { profile: [{ name: "p" }], recommend: [] };

test("a new version, status or owner of fields alone changes nothing", () => {
  const first = foldClusterObject(config(good), undefined);
  assert.equal(first.document?.kind, "PtpConfig");
  const touched = config(good, { resourceVersion: "2", managedFields: [{ manager: "m" }] });
  assert.equal(foldClusterObject({ ...touched, status: { a: 1 } } as KubeObject, first), first);
  const applied = config(good, { annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}" } });
  const second = foldClusterObject(applied, first);
  const third = foldClusterObject(
    config(good, { annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{ }" } }),
    second,
  );
  assert.equal(third, second);
  assert.notEqual(foldClusterObject(config(good, { labels: { a: "b" } }), first), first);
});

test("a broken version keeps the last good one, another object under the name does not", () => {
  const first = foldClusterObject(config(good), undefined);
  const broken = foldClusterObject(config({ ...good, profile: 7 }), first);
  assert.equal(broken.document, first.document);
  assert.deepEqual(broken.problem?.object, { kind: "PtpConfig", namespace: "n", name: "c" });
  assert.equal(broken.problem?.findings[0]?.path, "spec.profile");
  const still = foldClusterObject(config({ ...good, profile: 8 }), broken);
  assert.equal(still.document, first.document);
  const anew = foldClusterObject(config({ ...good, profile: 7 }, { uid: "2" }), first);
  assert.notEqual(anew.document, first.document);
  const mended = foldClusterObject(config(good), still);
  assert.equal(mended.problem, undefined);
});

test("a node has no namespace", () => {
  const node: KubeObject = { apiVersion: "v1", kind: "Node", metadata: { name: "a" } };
  assert.deepEqual(clusterKey(node), { kind: "Node", namespace: "", name: "a" });
});
