import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readDocuments } from "./read-documents.ts";
import { secretBytes, secretKeys, secretText } from "./secret.ts";
import type { SecretDocument } from "./secret.ts";

const config = {
  apiVersion: "ptp.openshift.io/v1",
  kind: "PtpConfig",
  metadata: { name: "c" },
  spec: { profile: [{ name: "p", ptpClockThreshold: {} }], recommend: [] },
};

test("a custom resource comes back as the API server would store it", () => {
  const [reading, ...rest] = readDocuments(config);
  assert.deepEqual(rest, []);
  assert.ok(reading?.type === "document" && reading.document.kind === "PtpConfig");
  assert.equal(reading.object, "PtpConfig/openshift-ptp/c");
  assert.equal(reading.document.metadata.namespace, "openshift-ptp");
  assert.equal(reading.document.spec?.profile[0]?.ptpClockThreshold?.maxOffsetThreshold, 100);
});

test("the namespace of the object wins over the default one", () => {
  const [mine] = readDocuments(config, { defaultNamespace: "ptp" });
  assert.equal(mine?.object, "PtpConfig/ptp/c");
  const [other] = readDocuments({ ...config, metadata: { name: "c", namespace: "lab" } }, { defaultNamespace: "ptp" });
  assert.equal(other?.object, "PtpConfig/lab/c");
});

test("a Node is read by its metadata, whatever else it carries", () => {
  const node = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "worker-1", labels: { "ptp/role": "" }, managedFields: [], somethingNew: 1 },
    status: { capacity: {} },
  };
  assert.deepEqual(readDocuments(node), [
    {
      type: "document",
      object: "Node/worker-1",
      document: { apiVersion: "v1", kind: "Node", metadata: { name: "worker-1", labels: { "ptp/role": "" } } },
    },
  ]);
});

test("a Secret is read without ever showing a value", () => {
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, data: { key: "c3BwIDE=" } };
  const [reading] = readDocuments(secret);
  assert.ok(reading?.type === "document" && reading.document.kind === "Secret");
  assert.equal(secretText(reading.document, "key"), "spp 1");
  const [broken] = readDocuments({ ...secret, data: { key: "sup3r s3cret!", other: 987654 } });
  assert.ok(broken?.type === "invalid");
  assert.deepEqual(
    broken.findings.map(({ path }) => path),
    ["data.key", "data.other"],
  );
  assert.doesNotMatch(JSON.stringify(broken), /sup3r|987654/);
});

test("a List is read item by item; a broken item spoils no other", () => {
  const list = {
    apiVersion: "v1",
    kind: "List",
    items: [
      config,
      { ...config, metadata: { name: "d" }, spec: 1 },
      { apiVersion: "v1", kind: "PtpConfigList", items: [config] },
    ],
  };
  assert.deepEqual(
    readDocuments(list).map(({ type, object }) => `${type} ${object}`),
    [
      "document PtpConfig/openshift-ptp/c",
      "invalid items[1] PtpConfig/openshift-ptp/d",
      "document PtpConfig/openshift-ptp/c",
    ],
  );
});

test("lists nested without end are refused", () => {
  let list: object = { apiVersion: "v1", kind: "List", items: [config] };
  for (let depth = 0; depth < 50; depth += 1) list = { apiVersion: "v1", kind: "List", items: [list] };
  const [reading] = readDocuments(list);
  assert.ok(reading?.type === "invalid");
  assert.match(reading.findings[0]?.message ?? "", /nested too deep/);
});

test("other Kubernetes objects are foreign; a kind of ours under a wrong group is invalid", () => {
  const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "x" } };
  assert.deepEqual(readDocuments(deployment), [{ type: "foreign", object: "Deployment/openshift-ptp/x" }]);
  const [wrongGroup] = readDocuments({ ...config, apiVersion: "v1" });
  assert.equal(wrongGroup?.type, "invalid");
  const [wrongKind] = readDocuments({ ...config, kind: "PtpConfg" });
  assert.equal(wrongKind?.type, "invalid");
});

test("an empty document is nothing, a scalar is invalid", () => {
  assert.deepEqual(readDocuments(null), []);
  assert.equal(readDocuments("text")[0]?.type, "invalid");
  assert.equal(readDocuments({})[0]?.type, "invalid");
});

test("any JSON value is read without an exception", () => {
  const kind = fc.constantFrom("PtpConfig", "Node", "Secret", "List", "PtpConfigList", "x");
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom("metadata", "spec", "data", "items"), fc.jsonValue()),
      kind,
      (value, kind) => {
        for (const apiVersion of ["v1", "ptp.openshift.io/v1"]) readDocuments({ ...value, apiVersion, kind });
      },
    ),
  );
});

test("bytes survive base64, stringData wins over data", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const secret = secretWith({ data: { k: Buffer.from(bytes).toString("base64") } });
      assert.deepEqual(secretBytes(secret, "k"), bytes);
    }),
  );
  const both = secretWith({ data: { a: "YQ==", b: "Yg==" }, stringData: { a: "plain" } });
  assert.equal(secretText(both, "a"), "plain");
  assert.equal(secretText(both, "b"), "b");
  assert.equal(secretText(both, "constructor"), undefined);
  assert.deepEqual(secretKeys(both), ["a", "b"]);
});

function secretWith(fields: Pick<SecretDocument, "data" | "stringData">): SecretDocument {
  return { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, ...fields };
}

test("an invalid resource comes along as written, unless even its name is wrong", () => {
  const resource = (metadata: object) => ({ apiVersion: "ptp.openshift.io/v1", kind: "PtpConfig", metadata, spec: [] });
  const [named] = readDocuments(resource({ name: "a" }));
  assert.deepEqual(named?.type === "invalid" && named.document, resource({ name: "a", namespace: "openshift-ptp" }));
  const [nameless] = readDocuments(resource({ name: 7 }));
  assert.deepEqual(nameless?.type === "invalid" && nameless.document, undefined);
  const [foreign] = readDocuments({ ...resource({ name: "a" }), kind: "PtpConfigg" });
  assert.deepEqual(foreign?.type === "invalid" && foreign.document, undefined);
});
