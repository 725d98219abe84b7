import assert from "node:assert/strict";
import { test } from "node:test";
import { readDocuments, type ClusterDocument } from "@ptp/api";
import { toSnapshot } from "./to-snapshot.ts";

function documents(values: readonly object[]): readonly ClusterDocument[] {
  return values.flatMap((value) =>
    readDocuments(value).flatMap((reading) => (reading.type === "document" ? [reading.document] : [])),
  );
}

const lists = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "leap-configmap" }, data: { w1: "#$ 1\n" } };

test("leap second lists come from the one ConfigMap of the operator's namespace", () => {
  const other = { ...lists, metadata: { name: "other" } };
  const elsewhere = { ...lists, metadata: { name: "leap-configmap", namespace: "elsewhere" }, data: { w1: "no" } };
  assert.deepEqual(toSnapshot(documents([other, lists, elsewhere])).leapLists, { w1: "#$ 1\n" });
  assert.equal(toSnapshot(documents([other])).leapLists, undefined);
  assert.equal(toSnapshot(documents([{ ...lists, data: undefined }])).leapLists, undefined);
  assert.deepEqual(toSnapshot(documents([elsewhere]), "elsewhere").leapLists, { w1: "no" });
});

test("a list that is no text is told by its key", () => {
  const [reading] = readDocuments({ ...lists, data: { w1: 5, w2: null } });
  assert.ok(reading?.type === "invalid");
  assert.deepEqual(reading.findings, [{ path: "data.w1", message: "must be text; write it as a block of text" }]);
  const [numbered] = readDocuments({ ...lists, data: [] });
  assert.equal(numbered?.type, "invalid");
});

test("of several PtpOperatorConfigs, as an older definition let them be, `default` counts alone", () => {
  const named = (name: string): ClusterDocument => ({
    apiVersion: "ptp.openshift.io/v1",
    kind: "PtpOperatorConfig",
    metadata: { name, namespace: "openshift-ptp" },
    spec: { daemonNodeSelector: { of: name } },
  });
  const configOf = (...names: readonly string[]) => toSnapshot(names.map(named)).operatorConfig?.metadata.name;
  assert.equal(configOf("a", "default", "z"), "default");
  assert.equal(configOf("z", "default"), "default");
  assert.equal(configOf("z"), undefined);
});
