import assert from "node:assert/strict";
import { test } from "node:test";
import { allows, askedAccess, unusedPermissions } from "./permission-use.ts";

const asked = (verb: string, uri: string) => askedAccess({ verb, uri });

test("askedAccess: group, resource, subresource, namespace, name", () => {
  assert.deepEqual(asked("list", "/api/v1/nodes?limit=500"), { verb: "list", apiGroup: "", resource: "nodes" });
  assert.deepEqual(asked("get", "/api/v1/namespaces/n"), {
    verb: "get",
    apiGroup: "",
    resource: "namespaces",
    name: "n",
  });
  assert.deepEqual(asked("patch", "/apis/ptp.openshift.io/v1/namespaces/n/ptpconfigs/c/status?force=true"), {
    verb: "patch",
    apiGroup: "ptp.openshift.io",
    resource: "ptpconfigs/status",
    namespace: "n",
    name: "c",
  });
  const lease = "/apis/coordination.k8s.io/v1/namespaces/n/leases?fieldSelector=metadata.name%3Dl&watch=true";
  assert.equal(asked("watch", lease)?.name, "l");
  assert.equal(asked("get", "/readyz"), undefined);
});

const secrets = { apiGroup: "", resource: "secrets", verb: "get" };

test("allows: namespaces and names limit, no names limit nothing", () => {
  const access = { ...secrets, namespace: "n", name: "a" };
  assert.equal(allows({ ...secrets, names: [] }, access), true, "everywhere");
  assert.equal(allows({ ...secrets, names: ["a"], namespace: "n" }, access), true);
  assert.equal(allows({ ...secrets, names: ["b"] }, access), false);
  assert.equal(allows({ ...secrets, names: ["a"] }, { ...secrets, namespace: "n" }), false, "a list of all");
  assert.equal(allows({ ...secrets, names: [], namespace: "m" }, access), false);
  assert.equal(allows({ ...secrets, names: [], verb: "list" }, access), false);
});

test("unusedPermissions: in words", () => {
  const permission = { ...secrets, names: ["a"], namespace: "n" };
  assert.deepEqual(unusedPermissions([permission], []), ["n /secrets[a] get"]);
  assert.deepEqual(unusedPermissions([permission], [{ ...secrets, namespace: "n", name: "a" }]), []);
});
