import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { HardwareConfig, PtpConfig, PtpOperatorConfig } from "../gen/types.ts";
import { applyDefaults } from "./apply-defaults.ts";

function ptpConfig(profile: object): PtpConfig {
  return {
    apiVersion: "ptp.openshift.io/v1",
    kind: "PtpConfig",
    metadata: { name: "c" },
    spec: { profile: [{ name: "p", ...profile }], recommend: [] },
  };
}

function thresholds(profile: object): unknown {
  return applyDefaults("PtpConfig", ptpConfig(profile)).spec?.profile[0]?.ptpClockThreshold;
}

test("defaults are filled where the parent exists, and only there", () => {
  assert.equal(thresholds({}), undefined);
  const offsets = { holdOverTimeout: 5, maxOffsetThreshold: 100, minOffsetThreshold: -100 };
  assert.deepEqual(thresholds({ ptpClockThreshold: {} }), offsets);
  const downtimes = { ptp4l: 5, phc2sys: 5, ts2phc: 5, synce4l: 5, chronyd: 5, gpsd: 1, gpspipe: 1 };
  assert.deepEqual(thresholds({ ptpClockThreshold: { processDowntimeThresholds: {} } }), {
    ...offsets,
    processDowntimeThresholds: downtimes,
  });
});

test("a given value stays, also zero; null gives way to the default", () => {
  const given = { holdOverTimeout: 0, maxOffsetThreshold: null, processDowntimeThresholds: { ptp4l: 0, gpsd: 9 } };
  assert.deepEqual(thresholds({ ptpClockThreshold: given }), {
    holdOverTimeout: 0,
    maxOffsetThreshold: 100,
    minOffsetThreshold: -100,
    processDowntimeThresholds: { ptp4l: 0, phc2sys: 5, ts2phc: 5, synce4l: 5, chronyd: 5, gpsd: 9, gpspipe: 1 },
  });
});

test("null members are pruned, values of plugins are kept as they are", () => {
  const { spec } = applyDefaults("PtpConfig", ptpConfig({ interface: null, plugins: { a: { x: null }, b: null } }));
  assert.deepEqual(spec?.profile[0], { name: "p", plugins: { a: { x: null } } });
});

test("defaults of lists and flags, below lists and maps", () => {
  const hardware = {
    apiVersion: "ptp.openshift.io/v2alpha1",
    kind: "HardwareConfig",
    metadata: { name: "h" },
    spec: {
      profile: {
        name: "h",
        clockChain: {
          structure: [{ name: "s" }],
          behavior: { sources: [{ name: "g", subsystem: "s", sourceType: "gnss", gnssConfig: { init: {} } }] },
        },
      },
    },
  } as unknown as HardwareConfig;
  const sources = applyDefaults("HardwareConfig", hardware).spec?.profile.clockChain.behavior?.sources;
  assert.deepEqual(sources?.[0]?.gnssConfig, { init: { antennaVoltage: true, constellations: ["GPS"] } });
  const operator: PtpOperatorConfig = {
    apiVersion: "ptp.openshift.io/v1",
    kind: "PtpOperatorConfig",
    metadata: { name: "default" },
    spec: { daemonNodeSelector: {}, ptpEventConfig: {} },
  };
  assert.deepEqual(applyDefaults("PtpOperatorConfig", operator).spec?.ptpEventConfig, { enableEventPublisher: false });
});

test("the input is not changed, and defaults applied twice change nothing more", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const config = ptpConfig({ ptpClockThreshold: value });
      const before = JSON.stringify(config);
      const once = applyDefaults("PtpConfig", config);
      assert.equal(JSON.stringify(config), before);
      assert.deepEqual(applyDefaults("PtpConfig", once), once);
    }),
  );
});
