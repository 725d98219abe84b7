import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import type { EventValue } from "@ptp/truth";
import { parse } from "yaml";
import { clockSeries, pageOf } from "../testing/clock-series.ts";
import { createEventBoard } from "../event-board.ts";
import { eventDocument } from "../event-document.ts";
import { readDaemonConfigs } from "./daemon-config.ts";
import { createLineHearer, type LineHearer } from "./hear-lines.ts";

const vectorsFile = new URL("../../../../../../shared/vectors/events.yaml", import.meta.url);
const nodeName = "node1.example.com";

type Value = readonly [address: string, kind: string, value: string];
type Told = readonly [source: string, values: readonly Value[]];

interface Files {
  readonly profiles: readonly object[];
  readonly confs: Readonly<Record<string, string>>;
}

interface Step {
  readonly restart?: Files;
  readonly lines?: readonly string[];
  readonly repeat?: number;
  readonly wait?: number;
  readonly metrics?: readonly string[];
  readonly metrics_absent?: readonly string[];
  readonly drain?: true;
  readonly events?: readonly Told[];
  readonly events_states?: Readonly<Record<string, readonly string[]>>;
  readonly current?: Readonly<Record<string, number | readonly Value[]>>;
  readonly current_unordered?: Readonly<Record<string, readonly Value[]>>;
}

interface Document {
  readonly meta: { readonly aliases: Readonly<Record<string, string>> };
  readonly fixtures: Readonly<Record<string, Files>>;
  readonly cases: readonly {
    readonly id: string;
    readonly title: string;
    readonly fixture?: string;
    readonly steps: readonly Step[];
  }[];
}

/** What is told otherwise on purpose, by vector and step. See docs/compatibility.md. */
const better: Readonly<Record<string, Readonly<Record<number, Step>>>> = {
  // One address in push and pull.
  S11: { 9: { current: { "ptp-status/clock-class": [["~/ens1fx/master", "m", "7"]] } } },
  // No offset is made up.
  S13: {
    3: {
      events: [
        ["sync-status/os-clock-sync-state", [["~/CLOCK_REALTIME", "n", "FREERUN"]]],
        ["sync-status/sync-state", [["~/sync/sync-status/sync-state", "n", "FREERUN"]]],
      ],
    },
  },
  // Only the clock that is followed counts.
  S19: {
    4: {
      events_states: {
        "ptp-status/lock-state": ["HOLDOVER", "FREERUN"],
        "sync-status/sync-state": ["HOLDOVER", "LOCKED"],
      },
    },
    5: { current: { "sync-status/sync-state": [["~/sync/sync-status/sync-state", "n", "LOCKED"]] } },
  },
  // The largest of the newest sample, not of those before it.
  S01: {
    2: {
      metrics: [
        `openshift_ptp_clock_state{iface="ens1fx",process="ptp4l"} 1`,
        `openshift_ptp_max_offset_ns{from="master",iface="ens1fx",process="ptp4l"} 5`,
      ],
    },
    5: { metrics: [`openshift_ptp_max_offset_ns{from="master",iface="ens1fx",process="ptp4l"} 7`] },
  },
  // 0 would make every negative offset FREERUN.
  C01: { 3: { metrics: [`openshift_ptp_threshold{profile="p1",threshold="MinOffsetThreshold"} -100`] } },
  // Nobody steers the clock any more.
  G05: {
    10: {
      metrics: [
        `openshift_ptp_clock_state{iface="ens7fx",process="ts2phc"} 0`,
        `openshift_ptp_process_status{config="ts2phc.0.config",process="ts2phc"} 0`,
      ],
      metrics_absent: [`openshift_ptp_offset_ns{from="master",process="ts2phc"`],
    },
    9: {
      events: [
        ["ptp-status/lock-state", [["~/ens7fx/master", "n", "FREERUN"]]],
        ["sync-status/sync-state", [["~/sync/sync-status/sync-state", "n", "FREERUN"]]],
      ],
    },
  },
  // A state is no number, and is told when it changes.
  E01: {
    1: { events: [["synce-status/lock-state", [["~/synce1/ens7f0", "n", "HOLDOVER"]]]] },
    5: { events: [] },
  },
};

const document: Document | undefined = existsSync(vectorsFile) ? parse(readFileSync(vectorsFile, "utf8")) : undefined;

test("vectors of the state engine are here", (t) => {
  if (document === undefined) return t.skip("no ../shared/vectors beside this checkout");
  assert.ok(cases.length >= 18);
});

const cases = document?.cases.filter(({ id }) => /^[SGTENC]\d/.test(id)) ?? [];

for (const vector of cases) {
  test(`vector ${vector.id}: ${vector.title}`, async () => {
    const play = player(vector);
    for (const [index, step] of vector.steps.entries()) await play({ ...step, ...better[vector.id]?.[index] }, index);
  });
}

function hearerOf({ profiles, confs }: Files): LineHearer {
  const configs = new Map(Object.entries(confs));
  return createLineHearer(readDaemonConfigs({ profilesJson: JSON.stringify(profiles), configs }));
}

function player({ fixture = "" }: Document["cases"][number]) {
  let hearer = hearerOf(document?.fixtures[fixture] ?? { profiles: [], confs: {} });
  const board = createEventBoard();
  const aliases = document?.meta.aliases ?? {};
  let nowMs = 0;
  let told: Told[] = [];
  const take = (): void => {
    const values = hearer.values((name) => aliases[name] ?? name);
    told.push(...board.take({ type: "snapshot", atUnixMs: nowMs, values }).map((value) => wire([value])));
  };
  take();
  return async (step: Step, index: number): Promise<void> => {
    if (step.restart) hearer = hearerOf(step.restart);
    for (let time = 0; time < (step.repeat ?? 1); time += 1)
      for (const line of step.lines ?? []) {
        hearer.hear(line, nowMs);
        take();
      }
    nowMs += (step.wait ?? 0) * 1_000;
    hearer.tick(nowMs);
    take();
    const where = `step ${index}`;
    if (step.drain) told = [];
    if (step.events) assert.deepEqual(told, step.events, where);
    if (step.events_states) assert.deepEqual(statesOf(told), step.events_states, where);
    if (step.events ?? step.events_states) told = [];
    for (const [resource, wanted] of Object.entries({ ...step.current, ...step.current_unordered })) {
      const values = allValues(board).filter((value) => wire([value])[0] === resource);
      if (wanted === 404) assert.deepEqual(values, [], where);
      else assert.deepEqual(wire(values)[1], wanted, `${where} ${resource}`);
    }
    const page = await pageOf(hearer, { nodeName, aliasOf: (name) => aliases[name] ?? name, nowMs });
    const series = clockSeries(page);
    for (const [name, value] of Object.entries(clockSeries(step.metrics?.join("\n") ?? "")))
      assert.equal(series[name], value, `${where} ${name}`);
    const samples = page.split("\n").filter((line) => !line.startsWith("#"));
    for (const absent of step.metrics_absent ?? []) assert.ok(!samples.some((line) => line.includes(absent)), where);
  };
}

function allValues(board: ReturnType<typeof createEventBoard>): readonly EventValue[] {
  const resources = ["sync-state", "lock-state", "os-clock-sync-state", "clock-class", "gnss-sync-status"] as const;
  return [...resources, "synce-lock-state" as const, "synce-clock-quality" as const].flatMap((each) =>
    board.values(each),
  );
}

function wire(values: readonly EventValue[]): Told {
  const { resource = "sync-state" } = values[0] ?? {};
  const { source, data } = eventDocument({ id: "", nodeName, resource, unixMs: 0, values });
  return [
    source.replace("/sync/", ""),
    data.values.map(({ ResourceAddress, data_type: kind, value }) => [
      ResourceAddress.replace(`/cluster/node/${nodeName}`, "~"),
      kind === "metric" ? "m" : "n",
      value,
    ]),
  ];
}

function statesOf(told: readonly Told[]): Readonly<Record<string, readonly string[]>> {
  const states: Record<string, string[]> = {};
  for (const [source, values] of told)
    for (const [, kind, value] of values) if (kind === "n") (states[source] ??= []).push(value);
  return states;
}
