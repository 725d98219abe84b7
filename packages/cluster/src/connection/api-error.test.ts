import assert from "node:assert/strict";
import { test } from "node:test";
import { fromConnection, fromStatus, hasStatus } from "./api-error.ts";

const get = { method: "GET", path: "/apis/ptp.openshift.io/v1/namespaces/n/ptpconfigs" };

test("403 of the authoriser names the missing rule", () => {
  const error = fromStatus(403, { message: 'User "u" cannot list resource "ptpconfigs"' }, get);
  assert.equal(error.kind, "invalid");
  assert.equal(
    error.message,
    'cannot list ptpconfigs.ptp.openshift.io in namespace n: User "u" cannot list resource "ptpconfigs"; bind a Role in ' +
      'namespace n with the rule {apiGroups: ["ptp.openshift.io"], resources: ["ptpconfigs"], verbs: ["list"]} to this user',
  );
});

test("403 of an admission plugin gets no advice on roles", () => {
  const error = fromStatus(403, { message: "exceeded quota" }, { method: "POST", path: get.path });
  assert.equal(error.message, "cannot create ptpconfigs.ptp.openshift.io in namespace n: exceeded quota");
});

test("kinds follow what the status asks for", () => {
  const kind = (status: number, body: unknown = {}) => fromStatus(status, body, get).kind;
  assert.deepEqual(
    [400, 401, 404, 409, 410, 422, 429, 500, 503].map((status) => kind(status)),
    ["invalid", "invalid", "waiting", "transient", "transient", "invalid", "transient", "transient", "transient"],
  );
  assert.equal(kind(403, { details: { causes: [{ reason: "NamespaceTerminating" }] } }), "waiting");
});

test("Retry-After comes from the header, else from the body", () => {
  const body = { details: { retryAfterSeconds: 3 } };
  assert.equal(fromStatus(429, body, get).retryAfterMs, 3000);
  assert.equal(fromStatus(429, body, get, 7000).retryAfterMs, 7000);
  const deaf = { details: { retryAfterSeconds: 86_400 } };
  assert.equal(fromStatus(429, deaf, get).retryAfterMs, 60_000, "nobody waits for a day");
  assert.equal(fromStatus(503, "busy", get).retryAfterMs, undefined);
});

test("a body that is no Status is still told, cut", () => {
  assert.match(fromStatus(502, "x".repeat(1000), get).message, /: x{300}$/);
  assert.match(fromStatus(502, undefined, get).message, /HTTP status 502/);
});

test("conflict causes are kept", () => {
  const causes = [{ reason: "FieldManagerConflict", field: ".spec.a", message: 'conflict with "kubectl"' }];
  const error = fromStatus(409, { reason: "Conflict", details: { causes } }, get);
  assert.deepEqual(error.causes, causes);
  assert.ok(hasStatus(error, 409));
});

test("no answer is transient, an untrusted certificate is for the user to mend", () => {
  const reset = fromConnection(Object.assign(new Error("reset"), { code: "ECONNRESET" }), get);
  assert.deepEqual([reset.kind, reset.status], ["transient", 0]);
  const trust = fromConnection(Object.assign(new Error("self-signed"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }), get);
  assert.equal(trust.kind, "invalid");
  assert.match(trust.message, /certificate authority/);
});
