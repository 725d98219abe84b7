import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { MetricLine } from "../tools/demo/world/metrics-text.ts";
import { openWorld } from "./testing/open-world.ts";
import { reach, settled } from "./testing/reach.ts";

/** Every series of the boundary clock but its offsets: name, labels without the node's, value. */
const expected: readonly string[] = [
  'openshift_ptp_clock_class{config="ptp4l.0.config",process="ptp4l"} 6',
  'openshift_ptp_clock_state{iface="bcx",process="ptp4l"} 1',
  'openshift_ptp_interface_role{iface="bc0",process="ptp4l"} 1',
  'openshift_ptp_interface_role{iface="bc1",process="ptp4l"} 2',
  'openshift_ptp_interface_role{iface="bc2",process="ptp4l"} 2',
  'openshift_ptp_process_restart_count{config="ptp4l.0.config",process="ptp4l"} 1',
  'openshift_ptp_process_status{config="ptp4l.0.config",process="ptp4l"} 1',
  "ptp_agent_session_up{} 1",
  'ptp_announce_pending_writes{config="ptp4l.0.config",process="ptp4l"} 0',
  'ptp_announce_writes_total{config="ptp4l.0.config",process="ptp4l",result="failed"} 0',
  'ptp_announce_writes_total{config="ptp4l.0.config",process="ptp4l",result="written"} 0',
  'ptp_clock_state_cause{cause="tracking",iface="bcx",process="ptp4l"} 1',
  'ptp_clock_state_known{iface="bcx",process="ptp4l"} 1',
  'ptp_management_reconnects_total{config="ptp4l.0.config",process="ptp4l"} any',
];

const measured = [
  "openshift_ptp_delay_ns",
  "openshift_ptp_frequency_adjustment_ns",
  "openshift_ptp_max_offset_ns",
  "openshift_ptp_offset_ns",
];

const counted = ["ptp_agent_session_failures_total", "ptp_clock_state_since_timestamp_seconds"];

/** Has to be there; answers that a slow machine brings late are counted in it. */
const ofAnyValue = "ptp_management_reconnects_total";

test("an agent's metrics and probes tell what its ptp4l does", async (t) => {
  const world = await openWorld(t);
  if (world === undefined) return;
  if (!world.lab.clock.adjustable) return t.skip(`ports stay UNCALIBRATED: ${world.lab.clock.reason}`);
  world.start();
  await reach(world, settled(world));
  const { host, ...bc } = world.node("bc");
  await eventually(async () => checkPage(ours(await bc.metrics())));
  const ports = await host.httpGet(8081, "/port-aliases");
  assert.deepEqual(JSON.parse(ports.body), { bc0: "bcx", bc1: "bcx", bc2: "bcx" });
  for (const path of ["/healthz", "/ready"]) assert.equal((await host.httpGet(8081, path)).status, 200, path);
  const operator = await world.operator.host.httpGet(8081, "/readyz");
  assert.equal(operator.status, 200);
});

/** Fails unless the page tells of a boundary clock at rest, with everything that ptp4l measures, and nothing else. */
function checkPage(lines: readonly MetricLine[]): void {
  assert.deepEqual(
    measured.filter((name) => !lines.some((line) => line.name === name)),
    [],
    "all that is measured has a value",
  );
  assert.ok(lines.every(({ labels }) => labels["node"] === "bc"));
  const isMeasured = ({ name }: MetricLine): boolean => measured.includes(name);
  const isLimit = ({ name }: MetricLine): boolean => name === "openshift_ptp_threshold";
  const limits = lines.filter(isLimit).map(({ labels, value }) => `${labels["threshold"]} ${value}`);
  assert.deepEqual(limits.toSorted(), ["HoldOverTimeout 3", "MaxOffsetThreshold 100000", "MinOffsetThreshold -100000"]);
  assert.deepEqual(
    lines
      .filter((line) => !isMeasured(line) && !isLimit(line))
      .map(toText)
      .toSorted(),
    expected,
  );
  for (const { name, labels, value } of lines.filter(isMeasured)) {
    assert.deepEqual({ ...labels }, { from: "master", process: "ptp4l", node: "bc", iface: "bcx" }, name);
    assert.ok(Math.abs(value) < 1e6, `${name} ${value}`);
  }
}

/** ptp4l sums up its frequency and delay every other second; a machine that stood still brings a loss of its own. */
async function eventually(check: () => Promise<void>): Promise<void> {
  for (const endsAtMs = performance.now() + 90_000; ; await sleep(200)) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > endsAtMs) throw error;
    }
  }
}

function ours(lines: readonly MetricLine[] = []): readonly MetricLine[] {
  // An agent that starts before its operator counts a failure or two, answers take their time, and states have begun then.
  const isCounted = (name: string): boolean =>
    counted.includes(name) || name.startsWith("ptp_management_round_trip_seconds");
  return lines.filter(({ name }) => /^(openshift_ptp|ptp)_/.test(name) && !isCounted(name));
}

function toText({ name, labels, value }: MetricLine): string {
  const others = Object.entries(labels).filter(([key]) => key !== "node");
  const texts = others.map(([key, entry]) => `${key}="${entry}"`).toSorted();
  return `${name}{${texts.join()}} ${name === ofAnyValue ? "any" : value}`;
}
