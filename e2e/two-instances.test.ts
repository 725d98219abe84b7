import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { keptProcesses, runsItsConfig, takesTime } from "../tools/demo/scenario/milestones.ts";
import { metricValue, type MetricLine } from "../tools/demo/world/metrics-text.ts";
import { nodeOf, takeSnapshot } from "../tools/demo/world/snapshot.ts";
import type { World } from "../tools/demo/world/world.ts";
import { dualNicSettled, dualNicTopology, nicClock, nicPid, nicTakesTime } from "./testing/dual-nic.ts";
import { documents, openWorld } from "./testing/open-world.ts";
import { milestone, reach, until } from "./testing/reach.ts";

test("two ptp4l on one node: a change, a refusal and a removal of one profile leave the other alone", async (t) => {
  const world = await openWorld(t, { topology: dualNicTopology, documents: documents("dual-nic") });
  if (world === undefined) return;
  world.start();
  const first = await reach(world, dualNicSettled(world));
  assert.equal(nicClock(first, 0)?.config, "ptp4l.0.config");
  assert.equal(nicClock(first, 1)?.config, "ptp4l.1.config");

  await t.test("a changed profile restarts its own process only", async () => {
    await world.config.edit("boundary.yaml", (text) => text.replace("[up1]", "priority2 200\n        [up1]"));
    const after = await reach(world, [
      milestone("card 1 has a new ptp4l", (now) => ![undefined, nicPid(first, 1)].includes(nicPid(now, 1))),
      ...dualNicSettled(world),
    ]);
    assert.equal(nicPid(after, 0), nicPid(first, 0));
    assert.deepEqual(keptProcesses(["gm", "oc1", "oc2"], first, after), []);
  });

  await t.test("an unknown option refuses its profile, with line and name; its last good form runs on", async () => {
    const before = await takeSnapshot(world);
    const good = await world.config.read("boundary.yaml");
    await world.config.edit("boundary.yaml", (text) => text.replace("[up1]", "anounceReceiptTimeout 5\n        [up1]"));
    const after = await reach(world, [
      milestone("bc refuses nic1", (now) => outcomeOf(now, "boundary_nic1") === "refused"),
      milestone("bc applies nic0", (now) => outcomeOf(now, "boundary_nic0") === "applied"),
      nicTakesTime(world, 0),
      nicTakesTime(world, 1),
    ]);
    const refused = nodeOf(after, "bc").status.profiles.find(({ name }) => name === "boundary_nic1");
    assert.match(refused?.path ?? "", /ptp4lConf/);
    assert.match(`${refused?.path} ${refused?.reason}`, /line 19\b/);
    assert.match(refused?.reason ?? "", /anounceReceiptTimeout/);
    assert.match(refused?.reason ?? "", /announceReceiptTimeout/);
    assert.deepEqual(keptProcesses(["gm", "bc", "oc1", "oc2"], before, after), []);
    await until("the status of the PtpConfig says so", async () => {
      const status = (await world.config.status("PtpConfig.openshift-ptp.boundary.yaml")) ?? "";
      return status.includes("bc refuses boundary_nic1") && status.includes("anounceReceiptTimeout");
    });
    await world.config.write("boundary.yaml", good);
    const mended = await reach(world, dualNicSettled(world));
    assert.deepEqual(keptProcesses(["gm", "bc", "oc1", "oc2"], before, mended), []);
  });

  await t.test(
    "a setting that needs a TLV which this ptp4l lacks refuses its profile; what runs of it goes on",
    async () => {
      const before = await takeSnapshot(world);
      const good = await world.config.read("boundary.yaml");
      const settings = "- name: nic1\n      ptpSettings: { controllingProfile: nic0 }\n";
      await world.config.edit("boundary.yaml", (text) => text.replace("- name: nic1\n", settings));
      const after = await reach(world, [
        milestone("bc refuses nic1", (now) => outcomeOf(now, "boundary_nic1") === "refused"),
        milestone("bc applies nic0", (now) => outcomeOf(now, "boundary_nic0") === "applied"),
        nicTakesTime(world, 1),
      ]);
      const refused = nodeOf(after, "bc").status.profiles.find(({ name }) => name === "boundary_nic1");
      assert.equal(refused?.path, "ptpSettings[controllingProfile]");
      assert.match(refused?.reason ?? "", /linuxptp 4\.2.* EXTERNAL_GRANDMASTER_PROPERTIES_NP, .*later than 4\.4/);
      assert.deepEqual(keptProcesses(["gm", "bc", "oc1", "oc2"], before, after), []);
      await world.config.write("boundary.yaml", good);
      const mended = await reach(world, dualNicSettled(world));
      assert.deepEqual(keptProcesses(["gm", "bc", "oc1", "oc2"], before, mended), []);
    },
  );

  await t.test("a removed profile takes its process, files, socket and series with it, and no other", async () => {
    const before = await takeSnapshot(world);
    assert.ok((await world.node("bc").host.run(["ls", "/var/run"])).includes("ptp4l.1.socket"));
    await until("there are series of it", async () => {
      return seriesOf((await world.node("bc").metrics()) ?? [], "ptp4l.1.config", "up1").length > 0;
    });
    await world.config.edit("boundary.yaml", withoutSecondProfile);
    const after = await reach(world, [
      milestone("bc runs one ptp4l", (now) => nodeOf(now, "bc").programs.length === 1),
      milestone("the status tells of one", (now) => nodeOf(now, "bc").status.processes.length === 1),
      runsItsConfig("bc"),
      nicTakesTime(world, 0),
      takesTime(world, "oc1"),
    ]);
    assert.equal(nicPid(after, 0), nicPid(before, 0));
    assert.deepEqual(keptProcesses(["gm", "oc1", "oc2"], before, after), []);
    // Files and series go when the process is gone, in no order that the status could tell.
    const files = () => world.node("bc").host.run(["ls", "/var/run"]);
    await until("its files are gone", async () => !/ptp4l\.1\./.test(await files()));
    assert.match(await files(), /ptp4l\.0\.config\nptp4l\.0\.socket/);
    await until("its series are gone", async () => {
      const metrics = await world.node("bc").metrics();
      return metrics !== undefined && seriesOf(metrics, "ptp4l.1.config", "up1").length === 0;
    });
    assert.equal(metricValue(await scrape(world), "openshift_ptp_process_status", { config: "ptp4l.0.config" }), 1);
  });

  await t.test("the profile comes back under the number that became free", async () => {
    const before = await takeSnapshot(world);
    await world.config.write("boundary.yaml", await originalBoundary());
    const after = await reach(world, dualNicSettled(world));
    assert.equal(nicClock(after, 1)?.config, "ptp4l.1.config");
    assert.equal(nicPid(after, 0), nicPid(before, 0));
  });
});

function outcomeOf(now: Awaited<ReturnType<typeof takeSnapshot>>, profile: string): string | undefined {
  return nodeOf(now, "bc").status.profiles.find(({ name }) => name === profile)?.outcome;
}

async function originalBoundary(): Promise<string> {
  return readFile(join(documents("dual-nic"), "boundary.yaml"), "utf8");
}

/** Leaves out profile nic1 and its recommendation. */
function withoutSecondProfile(text: string): string {
  return text
    .replace(/^ {4}- name: nic1$[\s\S]*?(?=^ {2}recommend:)/m, "")
    .replace(/^ {4}- profile: nic1$[\s\S]*/m, "");
}

async function scrape(world: World): Promise<readonly MetricLine[]> {
  const metrics = await world.node("bc").metrics();
  assert.ok(metrics !== undefined, "the agent of bc answers");
  return metrics;
}

/** Everything that is told of an instance: by its config, or by its upper interface or that one's alias. */
function seriesOf(metrics: readonly MetricLine[], config: string, networkInterface: string): readonly MetricLine[] {
  return metrics.filter(({ labels }) => labels["config"] === config || labels["iface"] === networkInterface);
}
