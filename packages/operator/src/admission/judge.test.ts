import assert from "node:assert/strict";
import { test } from "node:test";
import type { AdmissionRequest } from "./admission-review.ts";
import { judge, type JudgeContext, type JudgedKind } from "./judge.ts";

const context: JudgeContext = { ptpConfigs: [], secrets: [], nodes: [], counts: (_, namespace) => namespace === "ptp" };
const config = (settings: Readonly<Record<string, string>>, metadata: object = {}) => ({
  apiVersion: "ptp.openshift.io/v1",
  kind: "PtpConfig",
  metadata: { name: "c", namespace: "ptp", ...metadata },
  spec: { profile: [{ name: "p", ptpSettings: settings }], recommend: [] },
});
const good = config({});
const bad = config({ clockType: "OC" });
const worse = config({ clockType: "OC", stdoutFilter: "(" });

function ask(request: Partial<AdmissionRequest>, kind: JudgedKind = "PtpConfig") {
  const asked = { group: "ptp.openshift.io", version: "v1", kind: "PtpConfig" };
  const whole = {
    uid: "u",
    kind: asked,
    subResource: "",
    operation: "CREATE",
    object: undefined,
    oldObject: undefined,
  };
  return judge(kind, { ...whole, ...request }, context);
}

const update = (oldObject: unknown, object: unknown) => ask({ operation: "UPDATE", oldObject, object });

test("a good object is allowed, a bad one refused for all that is wrong with it", () => {
  assert.deepEqual(ask({ object: good }), { allowed: true, warnings: [] });
  const { allowed, message = "" } = ask({ object: worse });
  assert.equal(allowed, false);
  assert.match(message, /^2 problems:\n- spec\.profile\[0\]\.ptpSettings\.\w+: .+\n- spec\.profile\[0\]\.ptpSettings/);
});

test("what the schema forbids is refused too, but a field of a newer schema is not", () => {
  assert.match(ask({ object: { ...good, spec: { profile: [{}] } } }).message ?? "", /spec\.profile\[0\]\.name/);
  assert.equal(
    ask({ object: { ...good, spec: { profile: [{ name: "p", newField: 1 }], recommend: [] } } }).allowed,
    true,
  );
});

test("an edit is refused for what it makes worse only", () => {
  assert.equal(update(good, bad).allowed, false);
  const { allowed, warnings } = update(worse, bad);
  assert.equal(allowed, true, "one of two problems is repaired");
  assert.match(warnings.join(), /not new, but refused in a new object: .*clockType/);
  const { message = "" } = update(bad, worse);
  assert.match(message, /stdoutFilter/);
  assert.doesNotMatch(message, /clockType/);
});

test("a problem that moved in its list is the same, one that came twice is new once", () => {
  const [profile] = bad.spec.profile;
  const moved = { ...bad, spec: { ...bad.spec, profile: [{ name: "first" }, profile] } };
  assert.equal(update(bad, moved).allowed, true);
  const twice = { ...bad, spec: { ...bad.spec, profile: [profile, { ...profile, name: "again" }] } };
  assert.match(update(bad, twice).message ?? "", /^spec\.profile\[1\]/);
});

test("never refused: deletions, finalizers, labels, status, objects that go", () => {
  const metadata = { finalizers: ["x"], labels: { a: "b" } };
  assert.equal(update(bad, config({ clockType: "OC" }, metadata)).allowed, true);
  assert.equal(update(good, config({ clockType: "OC" }, { deletionTimestamp: "2026-11-21T00:00:00Z" })).allowed, true);
  assert.equal(ask({ operation: "DELETE", oldObject: bad }).allowed, true);
  assert.equal(ask({ operation: "UPDATE", subResource: "status", object: bad, oldObject: good }).allowed, true);
});

test("what is not this webhook's is let pass, and told", () => {
  const pod = ask({ kind: { group: "", version: "v1", kind: "Pod" }, object: { kind: "Pod" } });
  assert.deepEqual(pod, {
    allowed: true,
    warnings: ["not judged: this address is for ptp.openshift.io/v1 PtpConfig, not /v1 Pod"],
  });
  const { allowed, warnings } = ask({ object: config({ clockType: "OC" }, { namespace: "elsewhere" }) });
  assert.equal(allowed, true);
  assert.match(warnings[0] ?? "", /reads no PtpConfig in namespace elsewhere/);
  assert.equal(warnings.length, 2);
});

test("warnings fit into a header, however many and long they are", () => {
  const recommend = Array.from({ length: 40 }, () => ({ profile: "p", priority: 1, match: [] }));
  const long = { name: "n".repeat(2000), ptp4lConf: `[global]\n${"x".repeat(400)}\t1\n` };
  const { warnings } = ask({ object: { ...good, spec: { profile: [long, { name: "p" }], recommend } } });
  assert.equal(warnings.length, 15);
  assert.match(warnings.at(-1) ?? "", /^and 2\d more warnings/);
  for (const warning of warnings) assert.ok(warning.length <= 250 && !/[\n\t]/.test(warning), warning);
});
