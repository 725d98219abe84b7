import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pidsOf, takeSnapshot } from "../tools/demo/world/snapshot.ts";
import type { RunningProcess } from "../tools/lab/process-table.ts";
import { openWorld } from "./testing/open-world.ts";
import { reach, settled, until } from "./testing/reach.ts";

const consumer = join(import.meta.dirname, "testing/event-consumer.ts");

/** PtpOperatorConfig in JSON, which is YAML too. */
const operatorConfig = (enableEventPublisher: boolean): string =>
  JSON.stringify({
    apiVersion: "ptp.openshift.io/v1",
    kind: "PtpOperatorConfig",
    metadata: { name: "default", namespace: "openshift-ptp" },
    spec: { daemonNodeSelector: {}, ptpEventConfig: { enableEventPublisher, apiVersion: "2.0" } },
  });

test("events of a real ptp4l: switched on while it runs, the lock, the loss, kill -9 of their process, off", async (t) => {
  const world = await openWorld(t);
  if (world === undefined) return;
  if (!world.lab.clock.adjustable) return t.skip(`ports stay UNCALIBRATED: ${world.lab.clock.reason}`);
  world.start();
  const before = await reach(world, settled(world));
  const { host, ...oc1 } = world.node("oc1");
  await world.config.write("operator-config.yaml", operatorConfig(true));
  const { log } = host.spawn([process.execPath, consumer, "/cluster/node/./sync/ptp-status/lock-state"]);
  const count = (line: RegExp): number => log.lines.filter((each) => line.test(each)).length;
  const isToldLocked = (): boolean =>
    log.lines.findLast((line) => /lock-state [A-Z]+$/.test(line))?.endsWith(" LOCKED") === true;
  await log.waitFor(/^subscribed .* 201$/, 90_000);
  await until("oc1 is told LOCKED", isToldLocked);

  // A machine that stood still has brought a loss of its own, perhaps.
  const losses = count(/lock-state HOLDOVER$/);
  await world.node("bc").agent.kill();
  await until("oc1 is told HOLDOVER", () => count(/lock-state HOLDOVER$/) > losses);
  await until("oc1 is told LOCKED again, or free-running and LOCKED", isToldLocked);

  const told = count(/lock-state/);
  const eventsPid = pidOfEvents(host.processes());
  assert.notEqual(eventsPid, 0);
  process.kill(eventsPid, "SIGKILL");
  await until("another events process", () => ![0, eventsPid].includes(pidOfEvents(host.processes())));
  await until("LOCKED is told once more", () => count(/lock-state/) > told && isToldLocked());
  assert.equal(count(/^subscribed/), 1);
  await until(
    "metrics of events by the agent",
    async () =>
      (await oc1.metrics())?.some(({ name, value }) => name === "cne_api_subscriptions" && value === 1) === true,
  );

  await world.config.write("operator-config.yaml", operatorConfig(false));
  await until("no events process", () => pidOfEvents(host.processes()) === 0);
  assert.deepEqual(
    pidsOf(await takeSnapshot(world), "oc1"),
    pidsOf(before, "oc1"),
    "its ptp4l is the same all the time",
  );
});

/** 0 while there is none. */
function pidOfEvents(processes: readonly RunningProcess[]): number {
  const isEvents = ({ argv }: RunningProcess): boolean =>
    argv.includes("events") && argv.some((word) => word.endsWith("ptp-agent")) && !argv.includes("--reuid");
  return processes.find(isEvents)?.pid ?? 0;
}
