import { worstOf, type MetricSample, type OutsideState } from "@ptp/truth";
import type { ConfigState } from "./daemon-state.ts";
import type { AliasOf } from "./told-values.ts";
import type { ShownClock } from "./shown-state.ts";

/** Where and when samples are taken. */
export interface SamplesAt {
  readonly nodeName: string;
  readonly aliasOf: AliasOf;
  /** Monotonic. */
  readonly nowMs: number;
}

/** No value is shown as measured that is older: far longer than any summary interval in use. */
const maxReadingMs = 300_000;

const stateCode: Readonly<Record<OutsideState, number>> = { FREERUN: 0, LOCKED: 1, HOLDOVER: 2 };

/**
 * What the existing sidecar exports of these configs, with the families of `truth`. A series exists while what it describes
 * does; no value stands for "none". Of clocks that share a series the worst one is shown.
 */
export function daemonSamples(states: readonly ConfigState[], at: SamplesAt): MetricSample[] {
  const clocks = states.flatMap((state) =>
    [...state.shown.clocks.values()].map((clock) => seenClock(state, clock, at)),
  );
  return [
    ...[...Map.groupBy(clocks, ({ key }) => key).values()].flatMap(worstSamples),
    ...states.flatMap((state) => configSamples(state, at.nodeName)),
    ...thresholdSamples(states, at.nodeName),
  ];
}

interface SeenClock {
  readonly key: string;
  readonly state: OutsideState | undefined;
  readonly samples: readonly MetricSample[];
}

function seenClock({ main, system, config }: ConfigState, clock: ShownClock, at: SamplesAt): SeenClock {
  const { process, interfaceName, reading, hasTimeOfDay, quality } = clock;
  const iface = process === "synce4l" ? interfaceName : at.aliasOf(interfaceName);
  const labels = { process, node: at.nodeName, iface };
  const state = clock.state ?? (process === "ptp4l" ? main?.state : system?.state);
  const values = Object.entries(reading?.values ?? {}).filter(
    ([family]) => !isMeasured(family) || at.nowMs - (reading?.heardMs ?? 0) < maxReadingMs,
  );
  const from = { from: reading?.from ?? "", ...labels };
  const ofSynce = { ...labels, profile: config.name };
  const samples = [
    ...(state === undefined ? [] : [sample("clockState", labels, stateCode[state])]),
    ...values.map(([family, value]) => sample(family as MetricSample["family"], from, value)),
    ...(hasTimeOfDay === undefined ? [] : [sample("nmeaStatus", labels, Number(hasTimeOfDay))]),
    ...(quality === undefined ? [] : qualitySamples(quality, ofSynce)),
  ];
  return { key: `${process} ${iface}`, state, samples };
}

/** The rest are states, which lines may tell when they change alone. */
function isMeasured(family: string): boolean {
  return family === "offset" || family === "maxOffset" || family === "frequency" || family === "delay";
}

function worstSamples(clocks: readonly SeenClock[]): readonly MetricSample[] {
  const worst = worstOf(clocks.flatMap(({ state }) => state ?? []));
  return (clocks.find(({ state }) => state === worst) ?? clocks[0])?.samples ?? [];
}

function qualitySamples(quality: NonNullable<ShownClock["quality"]>, labels: MetricSample["labels"]): MetricSample[] {
  const { device, networkOption, ql, extendedQl } = quality;
  const named = { ...labels, network_option: String(networkOption), device };
  return [
    sample("synceQualityLevel", { ...named, ql_type: "SSM" }, ql),
    sample("synceQualityLevel", { ...named, ql_type: "Extended SSM" }, extendedQl),
    sample("synceClockQuality", named, ql + extendedQl),
  ];
}

function configSamples({ shown, config }: ConfigState, node: string): readonly MetricSample[] {
  const { roles, programs, choices, clockClass } = shown;
  return [
    ...(clockClass === undefined
      ? []
      : [sample("clockClass", { process: "ptp4l", node, config: config.name }, clockClass)]),
    ...[...roles].flatMap(([number, role]) => {
      const iface = config.interfaces[number - 1];
      return iface === undefined ? [] : [sample("interfaceRole", { process: "ptp4l", node, iface }, role)];
    }),
    ...[...choices].map(([profile, isActive]) =>
      sample("haProfileStatus", { process: "phc2sys", node, profile }, Number(isActive)),
    ),
    ...[...programs.values()].flatMap(({ program, configName, isUp, starts }) => {
      const labels = { process: program, node, config: configName };
      const status = isUp === undefined ? [] : [sample("processStatus", labels, Number(isUp))];
      return [...status, sample("processRestarts", labels, starts)];
    }),
  ];
}

function thresholdSamples(states: readonly ConfigState[], node: string): readonly MetricSample[] {
  const byProfile = new Map(states.flatMap(({ config }) => (config.profile ? [[config.profile, config.limits]] : [])));
  return [...byProfile].flatMap(([profile, { minOffsetNs, maxOffsetNs, holdoverMs }]) => [
    sample("threshold", { threshold: "MinOffsetThreshold", node, profile }, minOffsetNs),
    sample("threshold", { threshold: "MaxOffsetThreshold", node, profile }, maxOffsetNs),
    sample("threshold", { threshold: "HoldOverTimeout", node, profile }, holdoverMs / 1000),
  ]);
}

/** linuxptp prints -0. */
function sample(family: MetricSample["family"], labels: MetricSample["labels"], value: number): MetricSample {
  return { family, labels, value: value + 0 };
}
