import assert from "node:assert/strict";
import { test } from "node:test";
import { parseLine, type ClockIdentity, type GrandmasterSettings } from "@ptp/ptp";
import { observeDomainSource, type ObservedChoice } from "./ha/observed-choice.ts";
import { worstOf } from "./sync-state.ts";
import { initialSynceDevice, stepSynce } from "./synce/synce-device.ts";
import { clockIdentityOf } from "./tbc/clock-identity-of.ts";
import { tbcAnnouncePlan } from "./tbc/tbc-class.ts";
import { at } from "./testing/machine-laws.ts";
import * as play from "./testing/play-vectors.ts";
import { sharedMissing, sharedYaml } from "./testing/shared-files.ts";
import { tgmSettings, type TgmClass } from "./tgm/tgm-class.ts";
import { hearSynce4l } from "./node/hear-parts.ts";
import { noUpstreamPorts, observeUpstreamOffset, observeUpstreamPort } from "./tbc/upstream-ports.ts";
import { largestOffsetNs } from "./tbc/upstream-ports.ts";

interface Vector {
  readonly id: string;
  readonly area: string;
  readonly title: string;
  readonly given: never;
  readonly expect: never;
}

/** What is expected here instead, with the reason; docs/compatibility.md tells users of it. */
const deviations: Readonly<Record<string, { readonly expect: unknown; readonly because: string }>> = {
  D088: { expect: [{ state: "s0", clock_class: 248 }], because: "HOLDOVER needs a LOCKED before it" },
  D094: { expect: [{ state: "s0", clock_class: 248 }], because: "HOLDOVER needs a LOCKED before it" },
  D098: {
    expect: [
      { state: "s2", clock_class: 6 },
      { state: "s2", clock_class: 6 },
      { state: "s0", clock_class: 248 },
    ],
    because: "a free-running clock must not announce that it is locked",
  },
  D101: { expect: null, because: "140 says how good a frequency is left, which nobody tells" },
  D110: { expect: { downstream_update: true }, because: "a ptp4l announces from its start, so 248 is written first" },
  D116: { expect: undefined, because: "an offset that is not known is absent, no number stands for it" },
  D124: { expect: 64, because: "a line that measures nothing is no sample" },
};

const runners: Readonly<Record<string, (given: never, expected: never) => void>> = {
  D078: (given: { cases: { id: string; format: "EUI-48" | null }[] }, expected: { ids: string[] }) => {
    const ids = given.cases.map(({ id, format }) => clockIdentityOf(id, format ?? undefined));
    assert.deepEqual(ids, expected.ids);
  },
  D079: (given: { cases: [string, number][] }, expected: { states: string[] }) => {
    assert.deepEqual(
      given.cases.map(([state, offsetNs]) => play.ts2phcState(state, offsetNs)),
      expected.states,
    );
  },
  ...Object.fromEntries(["D086", "D088", "D090", "D092", "D094", "D096", "D098"].map((id) => [id, tgm(id)])),
  D100: (given: { pairs: play.Letter[][] }, expected: { states: string[] }) => {
    const states = given.pairs.map((pair) => worstOf(pair.map((letter) => play.stateOf[letter])));
    assert.deepEqual(
      states.map((state) => (state === undefined ? "-1" : play.letterOf(state))),
      expected.states,
    );
  },
  D101: (
    given: { utc_offset: number; requests: { class: number; accuracy?: string }[] },
    expected: { writes: (Record<string, unknown> | null)[] },
  ) => {
    const utc = { currentUtcOffsetS: given.utc_offset, leap61: false, leap59: false };
    const writes = given.requests.map(({ class: clockClass, accuracy = "0xfe" }) =>
      isAnnounced(clockClass) ? written(tgmSettings(clockClass, Number(accuracy), utc)) : null,
    );
    const wanted = expected.writes.map((write) =>
      write?.["clockClass"] === 140
        ? deviations["D101"]?.expect
        : write && { ...write, currentUtcOffset: given.utc_offset },
    );
    assert.deepEqual(writes, wanted);
  },
  D110: (_given: never, expected: { state: string; ttsc_announce: boolean; downstream_update: boolean }) => {
    const { state, plan } = play.tbcLocked();
    assert.equal(state, expected.state);
    assert.deepEqual({ downstream_update: plan.length > 0 }, deviations["D110"]?.expect);
  },
  D112: (_given: never, expected: { state: string; clock_class: number; downstream_update: boolean }) => {
    const { state, clockClass, plan } = play.tbcLost();
    assert.deepEqual({ state, clock_class: clockClass, downstream_update: plan.length > 0 }, expected);
  },
  D114: (_given: never, expected: { state: string; clock_class: number; downstream_update: boolean }) => {
    const { state, clockClass, plan } = play.tbcLost(600);
    assert.deepEqual({ state, clock_class: clockClass, downstream_update: plan.length > 0 }, expected);
  },
  D116: (
    given: { cases: { window_full?: boolean; all_stale?: boolean; offsets: number[] }[] },
    expected: { result: number[] },
  ) => {
    const largest = given.cases.map(({ window_full: isFull, offsets }) =>
      largestOffsetNs(isFull === true ? offsets : [undefined, ...offsets]),
    );
    const wanted = expected.result.map((offsetNs) =>
      offsetNs === 99_999_999_999 ? deviations["D116"]?.expect : offsetNs,
    );
    assert.deepEqual(largest, wanted);
  },
  D118: (given: Announced, expected: AnnouncedWrites & { set_gm_settings_configs: string[] }) => {
    const [external, ...settings] = announce(given, { state: "FREERUN", clockClass: given.clock_class });
    assert.deepEqual(externalOf(external), expected.set_external_gm);
    assert.deepEqual(
      settings.map((write) => write.configName),
      expected.set_gm_settings_configs,
    );
    for (const write of settings)
      assert.ok(write.kind === "grandmaster-settings" && hasAll(write.value, expected.settings));
  },
  D120: (given: Announced & { upstream: play.GivenUpstream }, expected: AnnouncedWrites) => {
    const upstream = play.upstreamOf(given.upstream);
    const [external, settings, ...rest] = announce(given, { state: "LOCKED", clockClass: 6, upstream });
    assert.deepEqual(externalOf(external), expected.set_external_gm);
    const { config, ...values } = expected.set_gm_settings ?? {};
    assert.ok(settings?.kind === "grandmaster-settings" && settings.configName === config && rest.length === 0);
    assert.ok(hasAll(settings.value, values));
  },
  D122: (given: { lines: string[] }, expected: { reported: string[]; active_port: string[] }) => {
    let ports = noUpstreamPorts;
    const active = given.lines.map((line) => {
      const fact = parseLine("ptp4l", line);
      assert.ok(fact?.kind === "port-state" && fact.interfaceName !== undefined);
      ports = observeUpstreamPort(ports, fact.interfaceName, fact.to);
      return ports.activePort ?? "";
    });
    assert.deepEqual(active, expected.active_port);
    assert.deepEqual(
      active.map((name) => (name === "" ? "s0" : "s2")),
      expected.reported,
    );
  },
  D124: (given: { threshold: number; offset_each: number }) => {
    const inSync = { filterSize: 64, thresholdNs: given.threshold, times: 1 };
    let ports = observeUpstreamPort(noUpstreamPorts, "ens1f0", "TIME_RECEIVER");
    let samples = 0;
    for (; !ports.settled; samples += 1) {
      const rest = { localOffsetNs: undefined, now: at(samples * 100) };
      ports = observeUpstreamOffset(ports, given.offset_each, inSync, rest);
    }
    assert.equal(samples, deviations["D124"]?.expect);
  },
  D128: (
    given: { ha_profiles: Record<string, string[]>; lines: string[] },
    expected: { results: { lines: string[] }[] },
  ) => {
    let choice: ObservedChoice = new Map();
    for (const [index, line] of given.lines.entries()) {
      const fact = parseLine("phc2sys", line);
      assert.ok(fact?.kind === "domain-source");
      choice = observeDomainSource(choice, fact, given.ha_profiles);
      const told = [...choice].map(([profile, isActive]) => `ptp_ha_profile ${profile} state ${Number(isActive)}`);
      assert.deepEqual(told, expected.results[index]?.lines);
    }
  },
  D151: (given: { lines: string[] }, expected: { after_second_line: { value: number }[] }) => {
    const options = {
      networkOption: 2,
      extendedTlv: true,
      holdoverMs: 1,
      synce4lDowntimeMs: 1,
      name: "synce1",
    } as const;
    let { device } = stepSynce(initialSynceDevice(at(0)), { kind: "process-up" }, options, at(0));
    const qualities = given.lines.map((line) => {
      const fact = parseLine("synce4l", line);
      const heard = fact && hearSynce4l(fact, { name: "synce1", interfaces: ["ens7f0"] });
      assert.ok(heard);
      ({ device } = stepSynce(device, heard, options, at(1)));
      return device.ports.get("ens7f0")?.quality.value;
    });
    assert.deepEqual(qualities, [undefined, "PRTC"]);
    const { ssm = 0, extended = 0 } = device.ports.get("ens7f0") ?? {};
    assert.deepEqual(
      [ssm, extended, ssm + extended],
      expected.after_second_line.map(({ value }) => value),
    );
  },
};

/** Cases of the same areas that other packages run. */
const elsewhere: ReadonlySet<string> = new Set(["D062", "D132", "D149"]);

interface Announced {
  readonly clock_id?: string;
  readonly clock_class: number;
  readonly controlled_config: string;
  readonly config: string;
}

interface AnnouncedWrites {
  readonly set_external_gm: Record<string, unknown>;
  readonly settings?: Record<string, unknown>;
  readonly set_gm_settings?: Record<string, unknown>;
}

function tgm(id: string): (given: play.TgmGiven, expected: { after_each_step: unknown }) => void {
  return (given, expected) => {
    assert.deepEqual(play.tgmSteps(given), deviations[id]?.expect ?? expected.after_each_step);
    // What needs a LOCKED before it is as it was, once there was one.
    if (deviations[id]?.because.startsWith("HOLDOVER") === true)
      assert.deepEqual(play.tgmSteps(given, { fromLocked: true }), expected.after_each_step);
  };
}

function isAnnounced(clockClass: number): clockClass is TgmClass {
  return [6, 7, 248].includes(clockClass);
}

function announce(
  given: Announced,
  {
    state,
    clockClass,
    upstream,
  }: Pick<Parameters<typeof tbcAnnouncePlan>[0], "state" | "clockClass"> & {
    readonly upstream?: ReturnType<typeof play.upstreamOf>;
  },
) {
  const utc = { currentUtcOffsetS: 37, leap61: false, leap59: false };
  return tbcAnnouncePlan(
    { state, clockClass, upstream, lastTimeProperties: undefined, utc },
    {
      receiver: given.config,
      transmitters: [given.controlled_config],
      clockIdentity: (given.clock_id ?? "") as ClockIdentity,
    },
  );
}

function externalOf(write: ReturnType<typeof announce>[number] | undefined) {
  assert.ok(write?.kind === "external-grandmaster");
  const { grandmasterIdentity: gmIdentity, stepsRemoved } = write.value;
  return { config: write.configName, gmIdentity, stepsRemoved };
}

/** Settings under the names and in the forms of pmc. */
function written(settings: GrandmasterSettings): Record<string, unknown> {
  const { clockClass, clockAccuracy, offsetScaledLogVariance: variance, timeSource } = settings;
  return {
    clockClass,
    clockAccuracy: `0x${clockAccuracy.toString(16)}`,
    offsetScaledLogVariance: `0x${variance.toString(16)}`,
    timeTraceable: Number(settings.timeTraceable),
    timeSource: `0x${timeSource.toString(16)}`,
    ptpTimescale: Number(settings.ptpTimescale),
    frequencyTraceable: Number(settings.frequencyTraceable),
    currentUtcOffsetValid: Number(settings.currentUtcOffsetValid),
    currentUtcOffset: settings.currentUtcOffsetS,
  };
}

function hasAll(settings: GrandmasterSettings, wanted: Record<string, unknown> = {}): boolean {
  const seen = written(settings);
  for (const [key, value] of Object.entries(wanted)) assert.deepEqual([key, seen[key]], [key, value]);
  return Object.keys(wanted).length > 0;
}

const areas: ReadonlySet<string> = new Set(
  "tgm-fsm tbc-fsm tbc-announce tbc-port worst-state gm-settings threshold synce clock-type phc2sys-delay clock-id ha".split(
    " ",
  ),
);
const vectors = (sharedYaml("vectors/daemon.yaml") as { readonly vectors: readonly Vector[] } | undefined)?.vectors;

for (const { id, area, title, given, expect } of vectors ?? []) {
  if (!areas.has(area) || elsewhere.has(id)) continue;
  test(`${id} ${title}`, () => {
    const run = runners[id];
    assert.ok(run, `${id} has no runner here and no reason why`);
    run(given, expect);
  });
}

if (vectors === undefined) test("vectors of the existing stack", (t) => t.skip(sharedMissing));
