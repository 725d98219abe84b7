import assert from "node:assert/strict";
import { test } from "node:test";
import { describeRequest, requestText } from "./describe-request.ts";

const cases: readonly (readonly [string, string, boolean, string | undefined])[] = [
  ["GET", "/api/v1/nodes", false, "list nodes"],
  ["GET", "/api/v1/nodes", true, "watch nodes"],
  ["GET", "/api/v1/namespaces", false, "list namespaces"],
  ["GET", "/api/v1/namespaces/x", false, 'get namespaces "x"'],
  ["GET", "/api/v1/namespaces/x/pods/a", false, 'get pods "a" in namespace x'],
  [
    "PATCH",
    "/apis/ptp.openshift.io/v1/namespaces/n/ptpconfigs/c/status",
    false,
    'patch ptpconfigs.ptp.openshift.io/status "c" in namespace n',
  ],
  ["DELETE", "/api/v1/namespaces/n/pods", false, "deletecollection pods in namespace n"],
  [
    "PUT",
    "/apis/coordination.k8s.io/v1/namespaces/n/leases/l",
    false,
    'update leases.coordination.k8s.io "l" in namespace n',
  ],
  ["POST", "/apis/authentication.k8s.io/v1/tokenreviews", false, "create tokenreviews.authentication.k8s.io"],
  ["GET", "/readyz", false, undefined],
  ["GET", "/apis", false, undefined],
];

for (const [method, path, watch, expected] of cases) {
  test(`describeRequest: ${method} ${path}${watch ? " (watch)" : ""}`, () => {
    const words = describeRequest({ method, path, watch });
    assert.equal(words === undefined ? undefined : requestText(words), expected);
  });
}
