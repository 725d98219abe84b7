import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toText } from "../findings/finding.ts";
import { validateObject } from "./validate-object.ts";
import { maxFindings } from "./validate-schema.ts";

const valid = {
  apiVersion: "ptp.openshift.io/v1",
  kind: "PtpConfig",
  metadata: { name: "gm" },
  spec: {
    profile: [{ name: "p", ptp4lOpts: "-2", plugins: { e810: { anything: [1, { x: null }] } } }],
    recommend: [{ profile: "p", priority: 4 }],
  },
};

function withProfile(fields: object): object {
  return { ...valid, spec: { ...valid.spec, profile: [{ name: "p", ...fields }] } };
}

function texts(document: unknown): readonly string[] {
  return validateObject(document).map(toText);
}

test("a valid object has no findings", () => {
  assert.deepEqual(validateObject(valid), []);
  assert.deepEqual(validateObject({ ...valid, spec: undefined }), []);
});

test("an unknown field names the nearest known one", () => {
  assert.deepEqual(validateObject(withProfile({ ptp4lOps: "-2" })), [
    {
      path: "spec.profile[0].ptp4lOps",
      message: 'unknown field "ptp4lOps"; did you mean "ptp4lOpts"?',
      expected: "a declared field",
      got: "ptp4lOps",
      suggestion: "ptp4lOpts",
    },
  ]);
  assert.deepEqual(texts({ ...valid, specs: {} }), ['specs: unknown field "specs"; did you mean "spec"?']);
  assert.deepEqual(texts({ ...valid, metadata: { name: "gm", lables: {} } }), [
    'metadata.lables: unknown field "lables"; did you mean "labels"?',
  ]);
  assert.deepEqual(texts(withProfile({ enableHAProfilesForEverything: 1 })), [
    'spec.profile[0].enableHAProfilesForEverything: unknown field "enableHAProfilesForEverything"; remove it',
  ]);
});

test("wrong types name what was expected and found", () => {
  assert.deepEqual(texts(withProfile({ ptpSchedulingPriority: "10" })), [
    'spec.profile[0].ptpSchedulingPriority: must be a whole number from 1 to 65, got "10"; remove the quotes',
  ]);
  assert.deepEqual(texts(withProfile({ ptpSettings: { logReduce: true } })), [
    "spec.profile[0].ptpSettings.logReduce: must be text, got true; put it in quotes",
  ]);
  assert.deepEqual(texts({ ...valid, spec: { profile: {}, recommend: [] } }), [
    "spec.profile: must be a list, got an object",
  ]);
  assert.deepEqual(texts({ ...valid, metadata: { name: "gm", labels: { "a.b/c": 1 } } }), [
    'metadata.labels["a.b/c"]: must be text, got 1; put it in quotes',
  ]);
});

test("bounds, enums and required fields", () => {
  assert.deepEqual(texts(withProfile({ ptpSchedulingPriority: 66 })), [
    "spec.profile[0].ptpSchedulingPriority: must be a whole number from 1 to 65, got 66",
  ]);
  assert.deepEqual(texts(withProfile({ ptpSchedulingPolicy: "SCHED_FIFI" })), [
    'spec.profile[0].ptpSchedulingPolicy: must be one of SCHED_OTHER, SCHED_FIFO, got "SCHED_FIFI"',
  ]);
  assert.deepEqual(texts({ ...valid, spec: { profile: [{}], recommend: [{}] } }), [
    "spec.profile[0].name: spec.profile[0].name is missing; it is required",
    "spec.recommend[0].priority: spec.recommend[0].priority is missing; it is required",
    "spec.recommend[0].profile: spec.recommend[0].profile is missing; it is required",
  ]);
  assert.deepEqual(texts({ ...valid, metadata: {} }), ["metadata.name: metadata.name is missing; it is required"]);
});

test("a required field with a default is never missing: the API server fills it in first", () => {
  const withInit = (init: object): readonly string[] => {
    const source = { name: "gnss", subsystem: "s", sourceType: "gnss", gnssConfig: { init } };
    const clockChain = { structure: [{ name: "s" }], behavior: { sources: [source] } };
    const spec = { profile: { name: "p", clockChain } };
    return texts({ apiVersion: "ptp.openshift.io/v2alpha1", kind: "HardwareConfig", metadata: { name: "h" }, spec });
  };
  const survey = { observationTime: 0, accuracy: 0 };
  assert.deepEqual(withInit({ survey }), []);
  assert.deepEqual(withInit({ survey, antennaVoltage: null }), []);
  assert.match(withInit({ antennaVoltage: true })[0] ?? "", /init\.survey is missing/);
});

test("whole numbers beyond 2^53 are refused instead of rounded", () => {
  const limit = "must be a whole number within ±9007199254740991 (2^53 − 1)";
  for (const priority of [2 ** 53, 9007199254740993n, -(2 ** 60)]) {
    const findings = texts({ ...valid, spec: { ...valid.spec, recommend: [{ profile: "p", priority }] } });
    assert.equal(findings.length, 1);
    assert.ok(findings[0]?.startsWith(`spec.recommend[0].priority: ${limit}`), findings[0]);
  }
  const fraction = { ...valid, spec: { ...valid.spec, recommend: [{ profile: "p", priority: 0.5 }] } };
  assert.deepEqual(texts(fraction), ["spec.recommend[0].priority: must be a whole number, got 0.5"]);
});

test("a name that could leave its folder or hide an underscore is refused", () => {
  for (const name of ["../x", "a_b", "A", "", "a/b", "x.".repeat(200)]) {
    assert.equal(validateObject({ ...valid, metadata: { name } }).length, 1, name);
  }
});

test("null counts as absent, as the API server prunes it", () => {
  assert.deepEqual(validateObject(withProfile({ interface: null, plugins: { e810: null } })), []);
  assert.equal(validateObject({ ...valid, metadata: { name: null } }).length, 1);
});

test("CEL rules are judged on objects whose structure holds", () => {
  const config = { apiVersion: "ptp.openshift.io/v1", kind: "PtpOperatorConfig", metadata: { name: "other" } };
  assert.deepEqual(texts({ ...config, spec: { daemonNodeSelector: {} } }), [
    "there is one PtpOperatorConfig per installation: metadata.name must be 'default'",
  ]);
  assert.deepEqual(texts({ ...config, spec: {} }), [
    "spec.daemonNodeSelector: spec.daemonNodeSelector is missing; it is required",
  ]);
});

test("a wrong kind or version is told, with the right one", () => {
  assert.deepEqual(texts({ ...valid, kind: "PtpConfg" }), [
    'kind: unknown kind "PtpConfg" of "ptp.openshift.io/v1"; did you mean "PtpConfig"?',
  ]);
  assert.deepEqual(texts({ ...valid, kind: "HardwareConfig" }), [
    'apiVersion: HardwareConfig is served as ptp.openshift.io/v2alpha1, not "ptp.openshift.io/v1"',
  ]);
  assert.deepEqual(texts({ kind: "PtpConfig" }), ["apiVersion: must be text such as ptp.openshift.io/v1, got nothing"]);
  assert.deepEqual(texts([]), ["must be an object, got a list"]);
});

test("findings are bounded", () => {
  const profile = Array.from({ length: 5000 }, () => 1);
  assert.equal(validateObject({ ...valid, spec: { profile, recommend: [] } }).length, maxFindings);
});

test("any JSON value gives findings or none, never an exception", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom("spec", "status", "metadata"), (value, field) => {
      const findings = validateObject({ ...valid, [field]: value });
      for (const { message } of findings) assert.ok(message.length > 0);
    }),
  );
});

test("any field name outside the schema is found, at its path", () => {
  const known = new Set(["name", "interface"]);
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }).filter((key) => !known.has(key) && !/(Opts|Conf)$|^ptp|^plugins$/.test(key)),
      (key) => {
        const profile = Object.fromEntries([
          ["name", "p"],
          [key, 1],
        ]);
        const findings = validateObject({ ...valid, spec: { profile: [profile], recommend: [] } });
        assert.equal(findings.length, 1);
        assert.equal(findings[0]?.got, key);
      },
    ),
  );
});
