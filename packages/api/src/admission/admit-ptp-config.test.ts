import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toText } from "../findings/finding.ts";
import type { PtpProfile } from "../gen/types.ts";
import { ptpConfigNamed, ptpConfigWith } from "../testing/ptp-config.ts";
import { admitPtpConfig } from "./admit-ptp-config.ts";
import { maxEach, maxMessageLength } from "./collect.ts";
import type { AdmissionContext } from "./context.ts";

function errors(profile: Partial<PtpProfile>, context?: AdmissionContext): readonly string[] {
  return admitPtpConfig(ptpConfigWith(profile), context).errors.map(toText);
}

function warnings(profile: Partial<PtpProfile>, context?: AdmissionContext): readonly string[] {
  return admitPtpConfig(ptpConfigWith(profile), context).warnings.map(toText);
}

test("an ordinary profile has neither errors nor warnings", () => {
  const profile = { interface: "ens1f0", ptp4lOpts: "-2 -s", phc2sysOpts: "-a -r", ptpClockThreshold: {} };
  assert.deepEqual(admitPtpConfig(ptpConfigWith(profile)), { errors: [], warnings: [] });
  assert.deepEqual(
    admitPtpConfig({ apiVersion: "ptp.openshift.io/v1", kind: "PtpConfig", metadata: { name: "empty" } }),
    { errors: [], warnings: [] },
  );
});

test("an unreadable text is an error with its line, for every program", () => {
  for (const key of ["ptp4lConf", "phc2sysConf", "ts2phcConf", "synce4lConf", "timemasterConf"] as const) {
    const found = errors({ [key]: "# fine\n[global\nverbose 1\n" });
    assert.equal(found.length, 1, key);
    assert.match(found[0] ?? "", new RegExp(`^spec\\.profile\\[0\\]\\.${key}:2: `));
  }
  const before = errors({ ptp4lConf: "# comment\n\nverbose 1\n[global]\n" });
  assert.equal(before.length, 1);
  assert.match(before[0] ?? "", /^spec\.profile\[0\]\.ptp4lConf:3: .*before the first section/);
});

test("a line too long for its program is an error", () => {
  const line = `x ${"y".repeat(1500)}\n`;
  assert.equal(errors({ phc2sysConf: `[global]\n${line}` }).length, 1);
  assert.deepEqual(errors({ chronydConf: line }), []);
});

test("comments, blank lines, tabs and flags without value are no errors", () => {
  assert.deepEqual(errors({ ptp4lConf: "# x\n\n\t[global]\n\tverbose\t1\n  logging_level 6\n[ens1f0]\n" }), []);
  assert.deepEqual(errors({ chronydConf: "rtcsync\nmakestep 1 3\n" }), []);
});

test("unknown and out-of-range options are warnings with line and suggestion", () => {
  const { errors: none, warnings: found } = admitPtpConfig(
    ptpConfigWith({ ptp4lConf: "[global]\npriorty1 128\ndomainNumber 256\n" }),
  );
  assert.deepEqual(none, []);
  assert.deepEqual(
    found.map(({ line, suggestion }) => [line, suggestion]),
    [
      [2, "priority1"],
      [3, undefined],
    ],
  );
});

test("options are judged by the release that is named", () => {
  const profile = { ptp4lConf: "[global]\nclientOnly 1\n" };
  assert.deepEqual(warnings(profile, { linuxptpRelease: "4.2" }), []);
  assert.equal(warnings(profile, { linuxptpRelease: "3.1.1" }).length, 1);
});

test("command lines are checked, as warnings", () => {
  const found = warnings({ ptp4lOpts: "-2 --domainNumbr 24", phc2sysOpts: "-a -r" });
  assert.equal(found.length, 1);
  assert.match(found[0] ?? "", /^spec\.profile\[0\]\.ptp4lOpts: .*domainNumber/);
  assert.deepEqual(errors({ ptp4lOpts: "-2 --domainNumbr 24" }), []);
});

test("interface and the sections of ptp4lConf must agree", () => {
  assert.deepEqual(errors({ interface: "ens1f0", ptp4lConf: "[global]\n[ens1f1]\nmasterOnly 1\n" }), [
    'spec.profile[0].ptp4lConf:2: interface is "ens1f0", so ptp4lConf may hold only [global] and [ens1f0]; ' +
      "remove section [ens1f1] or the field interface",
  ]);
  assert.deepEqual(errors({ interface: "", ptp4lConf: "[global]\n[ens1f1]\n" }), []);
});

test("plugins no agent has are warnings", () => {
  assert.deepEqual(warnings({ plugins: { e810: {}, e81: {}, custom: {} } }), [
    'spec.profile[0].plugins.e81: unknown plugin "e81"; did you mean "e810"?',
    'spec.profile[0].plugins.custom: unknown plugin "custom"; known are e810, e825, e830, ntpfailover, reference',
  ]);
});

test("an offset range nothing fits into is a warning", () => {
  assert.equal(warnings({ ptpClockThreshold: { maxOffsetThreshold: -200 } }).length, 1);
  assert.deepEqual(warnings({ ptpClockThreshold: { maxOffsetThreshold: 0, minOffsetThreshold: -1 } }), []);
});

test("two profiles of one name, or one without a name, are warnings", () => {
  const config = ptpConfigNamed("own", ["a", "", "a"]);
  assert.deepEqual(admitPtpConfig(config).warnings.map(toText), [
    "spec.profile[1].name: a profile without a name cannot be recommended; give it one",
    'spec.profile[2].name: profile "a" is defined twice in this object; rename one',
  ]);
});

test("one broken profile hides no other", () => {
  const config = ptpConfigNamed("own", ["a", "b"]);
  const broken = {
    ...config,
    spec: {
      recommend: [],
      profile: [
        { name: "a", ptpSettings: { nope: "1" } },
        { name: "b", ptpSchedulingPolicy: "SCHED_FIFO" as const },
      ],
    },
  };
  assert.deepEqual(
    admitPtpConfig(broken).errors.map(({ path }) => path),
    ["spec.profile[0].ptpSettings.nope", "spec.profile[1].ptpSchedulingPriority"],
  );
});

test("findings are bounded in number and length", () => {
  const ptpSettings = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`no${index}`, "x"]));
  assert.equal(admitPtpConfig(ptpConfigWith({ ptpSettings })).errors.length, maxEach);
  const [long] = admitPtpConfig(ptpConfigWith({ ptpSettings: { haProfiles: "!".repeat(1_000_000) } })).errors;
  assert.ok((long?.message.length ?? 0) <= maxMessageLength + 1);
  assert.ok((long?.got?.length ?? 0) <= maxMessageLength + 1);
});

test("any texts are judged without an exception", () => {
  const line = fc.oneof(
    fc.constantFrom("[global]", "[ens1f0]", "spp -1", "spp", "spp 300", "sa_file /etc/ptp-secret-mount/a/b", "[", "[]"),
    fc.string(),
  );
  const text = fc.array(line).map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(text, fc.string(), fc.dictionary(fc.string(), fc.string()), (conf, opts, ptpSettings) => {
      const profile = { ptp4lConf: conf, ts2phcConf: conf, synce4lConf: conf, ptp4lOpts: opts, ptpSettings };
      const result = admitPtpConfig(ptpConfigWith(profile), { secrets: [], ptpConfigs: [], nodes: [] });
      for (const { path } of [...result.errors, ...result.warnings]) assert.ok(path.startsWith("spec."), path);
    }),
  );
});
