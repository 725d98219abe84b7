import { existsSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import type { GivenProfile } from "./replay-agent.ts";

const file = new URL("../../../../shared/vectors/events.yaml", import.meta.url);

/** A value of an event: its address with `~` for the node, notification or metric, its text. */
export type VectorValue = readonly [address: string, kind: string, value: string];

/** An event: its source without `/sync/`, its values. */
export type VectorEvent = readonly [source: string, values: readonly VectorValue[]];

/** Files of the existing stack on a node. */
export interface VectorFiles {
  readonly profiles: readonly GivenProfile[];
  readonly confs: Readonly<Record<string, string>>;
}

/** Something to do, or to expect; the file tells what each field means. */
export interface VectorStep {
  readonly http?: readonly [method: string, path: string, body?: unknown];
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: Readonly<Record<string, unknown>>;
  readonly json_keys?: readonly string[];
  readonly json_list_len?: number;
  readonly contains?: readonly string[];
  readonly time?: readonly [minS: number, maxS: number];
  readonly save?: Readonly<Record<string, string>>;
  readonly sink?: { readonly delay?: number; readonly status?: number };
  readonly metrics?: readonly string[];
  readonly metrics_absent?: readonly string[];
  readonly drain?: true;
  readonly lines?: readonly string[];
  readonly long_line?: number;
  readonly lines_ignore_error?: readonly string[];
  readonly repeat?: number;
  readonly events?: readonly VectorEvent[];
  readonly events_states?: Readonly<Record<string, readonly string[]>>;
  readonly subscribe?: readonly string[];
  readonly current?: Readonly<Record<string, number | readonly VectorValue[]>>;
  readonly current_unordered?: Readonly<Record<string, readonly VectorValue[]>>;
  readonly raw_event?: unknown;
  readonly keys?: readonly string[];
  readonly same_ids?: readonly string[];
  readonly restart?: VectorFiles | Readonly<Record<string, never>>;
  readonly wait?: number;
  readonly daemon_calls?: readonly string[];
  readonly connect?: number;
}

/** One case. */
export interface EventVector {
  readonly id: string;
  readonly title: string;
  readonly fixture?: string;
  readonly subscribe_all?: boolean;
  readonly steps: readonly VectorStep[];
}

interface Document {
  readonly meta: { readonly node: string };
  readonly fixtures: Readonly<Record<string, VectorFiles>>;
  readonly cases: readonly EventVector[];
}

/** The cases with the profiles of each; undefined where they are not beside this checkout. */
export interface EventVectors {
  readonly nodeName: string;
  readonly cases: readonly EventVector[];
  /** Profiles that make an agent run what these files say. */
  profilesOf(files: VectorFiles): readonly GivenProfile[];
  profilesOfCase(vector: EventVector): readonly GivenProfile[];
  /** What makes lines of a case those of the agent's own runs. */
  linesOfCase(vector: EventVector): (line: string) => string;
}

/** Reads the cases of the events producer. */
export function readEventVectors(): EventVectors | undefined {
  if (!existsSync(file)) return undefined;
  const { meta, fixtures, cases } = parse(readFileSync(file, "utf8")) as Document;
  return {
    nodeName: meta.node,
    cases: cases.map(withBusyTimes),
    profilesOf,
    profilesOfCase: ({ fixture = "" }) => profilesOfFixture(fixture, fixtures[fixture]),
    linesOfCase: ({ fixture = "" }) => renumbering(fixtures[fixture]),
  };
}

/** So much longer than in the file a holdover lasts here: what is done within it must be done in time on a slow machine, too. */
const slowness = 2;
/** Steps that wait for longer than that, wait for a holdover's end. */
const shortestHoldoverS = 2;

/** How long a step waits here, in milliseconds. */
export function waitMs({ wait = 0 }: VectorStep): number {
  return wait * 1_000 * (wait > shortestHoldoverS ? slowness : 1);
}

/** A busy machine is later than the file's. This endpoint would answer after 4 s: to cut it is still told from that. */
const busyTimes: Readonly<Record<string, VectorStep["time"]>> = { R09: [1.8, 3.9] };

function withBusyTimes(vector: EventVector): EventVector {
  const time = busyTimes[vector.id];
  if (time === undefined) return vector;
  return { ...vector, steps: vector.steps.map((step) => (step.time === undefined ? step : { ...step, time })) };
}

function withLongHoldover(threshold: unknown): unknown {
  if (typeof threshold !== "object" || threshold === null || !("holdOverTimeout" in threshold)) return threshold;
  return { ...threshold, holdOverTimeout: Number(threshold.holdOverTimeout) * slowness };
}

/**
 * The existing sidecar reads what its daemon rendered; an agent renders it itself, of the same profiles. It reads some names of
 * theirs otherwise, and does not need what SyncE is started with.
 */
function profilesOf({ profiles, confs }: VectorFiles): readonly GivenProfile[] {
  return profiles.map((profile) => {
    const renamed = Object.entries(profile).map(([name, value]) => [name.replace("ts2Phc", "ts2phc"), value]);
    const rendered = Object.entries(confs).filter(([, text]) => text.includes(`# profile: ${nameOf(profile)}\n`));
    const given = rendered.map(([name, text]) => [`${name.split(".")[0]}Conf`, text.replace(/^# profile:.*\n/, "")]);
    const threshold = withLongHoldover(profile["ptpClockThreshold"]);
    const all: GivenProfile = {
      ...Object.fromEntries([...renamed, ...given]),
      ...(threshold !== undefined && { ptpClockThreshold: threshold }),
    };
    return all["synce4lConf"] === undefined ? all : { ...all, synce4lOpts: "-m" };
  });
}

function nameOf(profile: GivenProfile): string {
  return String(profile["name"]);
}

const clockId = { "clockId[ens7f0]": "5799633565432596414" };

/** What the plugins of the existing stack tell its daemon, and its sidecar never hears of. */
const hardware: Readonly<Record<string, object>> = {
  gm: { clockType: "T-GM", leadingInterface: "ens7f0", ...clockId },
  tbc: { clockType: "T-BC", leadingInterface: "ens7f0", upstreamPort: "ens7f0", ...clockId },
};

function profilesOfFixture(name: string, files: VectorFiles | undefined): readonly GivenProfile[] {
  const settings = hardware[name];
  const profiles = profilesOf(files ?? { profiles: [], confs: {} });
  return settings === undefined ? profiles : profiles.map((profile) => ({ ...profile, ptpSettings: settings }));
}

/**
 * Numbers of runs in lines as the agent gives them: those without phc2sys first, then by name. The files have numbers of
 * their own.
 */
function renumbering(files: VectorFiles | undefined): (line: string) => string {
  const hasPhc2sys = (profile: GivenProfile): boolean => Boolean(profile["phc2sysOpts"]);
  const order = [...(files?.profiles ?? [])].sort(
    (a, b) => Number(hasPhc2sys(a)) - Number(hasPhc2sys(b)) || nameOf(a).localeCompare(nameOf(b)),
  );
  const numbers = new Map(
    Object.entries(files?.confs ?? {}).map(([name, text]) => [
      name.split(".")[1],
      order.findIndex((profile) => text.includes(`# profile: ${nameOf(profile)}\n`)),
    ]),
  );
  return (line) =>
    line.replaceAll(/\b([a-z0-9]+)\.(\d+)\.config/g, (whole, program: string, number: string) => {
      const own = numbers.get(number) ?? -1;
      return own < 0 ? whole : `${program}.${own}.config`;
    });
}
