import assert from "node:assert/strict";
import { test } from "node:test";
import { initialUbxReader, parseLogHeader, readUbxLine } from "@ptp/ptp";
import type { ProgramName } from "@ptp/node";
import { clockLimits } from "./clock-limits.ts";
import { initialGnssReceiver, stepGnss } from "./gnss/gnss-receiver.ts";
import { metricFamilies, metricSamples } from "./metric-samples.ts";
import { hearGnss } from "./node/hear-parts.ts";
import { nodeView } from "./node/node-state.ts";
import type { WatchedPlan } from "./node/watched-plan.ts";
import { at } from "./testing/machine-laws.ts";
import { sharedMissing, sharedYaml } from "./testing/shared-files.ts";
import { createWholeNode, processInput } from "./testing/whole-node.ts";

interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface MetricVector {
  readonly line?: string;
  readonly lines?: readonly string[];
  readonly node: string;
  readonly process: ProgramName;
  readonly ifaces: readonly { readonly name: string }[];
}

/** Series that differ here, by vector and name, with the reason; docs/compatibility.md tells users of them. */
const otherwise: Readonly<
  Record<string, Readonly<Record<string, { readonly value?: number; readonly because: string }>>>
> = {
  D039: {
    openshift_ptp_max_offset_ns: { value: 10, because: "the largest offset is a magnitude" },
  },
  D041: {
    openshift_ptp_max_offset_ns: { value: 1, because: "the largest offset is a magnitude" },
    openshift_ptp_delay_ns: { because: "ts2phc measures no delay" },
  },
  D045: {
    openshift_ptp_offset_ns: { because: "no number stands for an offset that is not known" },
    openshift_ptp_max_offset_ns: { because: "the same" },
    openshift_ptp_frequency_adjustment_ns: { because: "the same" },
    openshift_ptp_delay_ns: { because: "the same" },
  },
};

/** The samples of a node that heard these lines, by the number of its port where that is the message's business. */
function samplesOf({
  line,
  lines = line === undefined ? [] : [line],
  process,
  ifaces,
}: MetricVector): readonly Series[] {
  const configName = parseLogHeader(lines[0] ?? "")?.configName ?? "";
  const watched = { key: `${process}.0`, profile: "p", configName };
  const names = ifaces.map(({ name }) => name);
  const plan: WatchedPlan = {
    processes: [{ ...watched, program: process }],
    ptp4lInstances: process === "ptp4l" ? [{ ...watched, socketPath: "/s", domainNumber: 24, interfaces: names }] : [],
    aliasByInterface: Object.fromEntries(names.map((name) => [name, name.replace(/\d+$/, "x")])),
  };
  const node = createWholeNode(plan, { profiles: [{ name: "p" }] });
  const key = watched.key;
  node.run([
    [processInput(plan, key, true), ...lines.map((text) => ({ source: "line", process: key, line: text }) as const)],
  ]);
  return metricSamples({ ...nodeView(node.state()), nodeName: "mynode" }).map(({ family, labels, value }) => {
    return { name: metricFamilies[family].name, labels, value };
  });
}

function runMetrics(id: string, given: MetricVector, { series }: { readonly series: readonly Series[] }): void {
  const samples = samplesOf(given);
  for (const { name, labels, value } of series) {
    const seen = samples.find(
      (each) => each.name === name && Object.entries(labels).every(([key, text]) => each.labels[key] === text),
    );
    const deviation = otherwise[id]?.[name];
    // A process that is not told of shows nothing: what a ptp4l says is nothing about the system clock.
    const wanted = labels["process"] === given.process ? (deviation ? deviation.value : value) : undefined;
    assert.equal(seen?.value, wanted, `${name} of ${labels["process"]}`);
  }
}

interface GnssVector {
  readonly min: number;
  readonly max: number;
  readonly ubxtool_lines: readonly string[];
}

interface GnssExpected {
  readonly gps_status: number;
  readonly offset: number;
  readonly source_lost: boolean;
}

function runGnss(
  { min, max, ubxtool_lines: lines }: GnssVector,
  { gps_status, offset, source_lost }: GnssExpected,
): void {
  const limits = { ...clockLimits({}), minOffsetNs: min, maxOffsetNs: max };
  let { receiver } = stepGnss(initialGnssReceiver(at(0)), { kind: "process-up" }, limits, at(0));
  let reader = initialUbxReader;
  for (const line of lines) {
    const read = readUbxLine(reader, line);
    ({ reader } = read);
    if (read.fact !== undefined && read.fact.kind !== "gnss-leap")
      ({ receiver } = stepGnss(receiver, hearGnss(read.fact), limits, at(1)));
  }
  assert.deepEqual(
    {
      gps_status: receiver.fix?.value,
      offset: receiver.timeAccuracy?.valueNs,
      source_lost: receiver.status.state !== "LOCKED",
    },
    { gps_status, offset, source_lost },
  );
}

interface Vector {
  readonly id: string;
  readonly area: string;
  readonly title: string;
  readonly given: never;
  readonly expect: never;
}

const vectors = (sharedYaml("vectors/daemon.yaml") as { readonly vectors: readonly Vector[] } | undefined)?.vectors;

for (const { id, area, title, given, expect } of vectors ?? []) {
  if (area === "metrics") test(`${id} ${title}`, () => runMetrics(id, given, expect));
  if (area === "gnss") test(`${id} ${title}`, () => runGnss(given, expect));
}

if (vectors === undefined) test("metric vectors of the existing stack", (t) => t.skip(sharedMissing));
