import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import type { NodeProfile } from "@ptp/node";
import { metricSamples } from "@ptp/truth";
import { eventually } from "../process/testing/fixture.ts";
import { startObservedAgent } from "./testing/observed-agent.ts";

const bc = (name: string, port: string): NodeProfile => ({
  name,
  ptp4lOpts: "-2",
  ptp4lConf: `[global]\ndomainNumber 24\n[${port}]\n`,
});
const profiles: readonly NodeProfile[] = [
  bc("bc1", "ens1f0"),
  bc("bc2", "ens2f0"),
  {
    name: "z",
    ptp4lOpts: "",
    phc2sysOpts: "-a -r",
    ptpSettings: { haProfiles: "bc1,bc2" },
    highAvailability: { enableHA: true, preferredPrimary: "bc1" },
  },
];

test("phc2sys alone starts anew when another source is chosen, and again when the first one is back", async (t) => {
  const { applier, observer, supervisor, folder, offer } = await startObservedAgent(t);
  const result = await offer(profiles);
  assert.deepEqual(new Set(result.profiles.map(({ outcome }) => outcome)), new Set(["applied"]));
  const systemClock = () => observer.clocks().find(({ process }) => process === "phc2sys");
  const follows = (profile: string) => systemClock()?.state === "LOCKED" && systemClock()?.source?.profile === profile;
  const processOf = (key: string) => supervisor.processes().find((report) => report.key === key);
  const phc2sysLine = () =>
    applier
      .inForce()
      ?.plan.processes.find(({ key }) => key === "phc2sys.2")
      ?.argv.join(" ");
  await eventually("the preferred source is followed", () => follows("bc1"));
  assert.match(phc2sysLine() ?? "", /-n 24 -z \/var\/run\/ptp4l\.0\.socket$/);
  const before = ["ptp4l.0", "ptp4l.1"].map((key) => processOf(key)?.pid);
  const startsBefore = processOf("phc2sys.2")?.starts ?? 0;

  await writeFile(join(folder, "ptp4l.0.config.lost"), "");
  await eventually("the other source is followed", () => follows("bc2"));
  assert.match(phc2sysLine() ?? "", /-n 24 -z \/var\/run\/ptp4l\.1\.socket$/);
  assert.equal(processOf("phc2sys.2")?.starts, startsBefore + 1);
  assert.match(systemClock()?.source?.cause.join(" < ") ?? "", /^bc1 failed: its port is FAULTY, .* < bc2 is well$/);
  const series = metricSamples(observer.view()).filter(({ family }) => family === "haProfileStatus");
  assert.deepEqual(
    series.map(({ labels, value }) => [labels["profile"], value]),
    [
      ["bc1", 0],
      ["bc2", 1],
    ],
  );

  await rm(join(folder, "ptp4l.0.config.lost"));
  await eventually("the preferred one is followed again", () => follows("bc1"));
  assert.equal(processOf("phc2sys.2")?.starts, startsBefore + 2);
  assert.deepEqual(
    ["ptp4l.0", "ptp4l.1"].map((key) => processOf(key)?.pid),
    before,
    "no ptp4l was touched",
  );
});

test("a source whose ptp4l dies is left, and facts that are looked at again bring nothing back", async (t) => {
  const { applier, observer, supervisor, offer } = await startObservedAgent(t);
  await offer(profiles);
  const source = () => observer.clocks().find(({ process }) => process === "phc2sys")?.source;
  await eventually("both follow", () => observer.clocks().every(({ state }) => state === "LOCKED"));
  assert.equal(source()?.profile, "bc1");
  const kill = setInterval(() => {
    const pid = supervisor.processes().find(({ key }) => key === "ptp4l.0")?.pid;
    try {
      if (pid !== undefined) process.kill(pid, "SIGKILL");
    } catch {
      // It has ended, and nobody was told yet.
    }
  }, 5);
  t.after(() => clearInterval(kill));
  await eventually("the other one is chosen", () => source()?.profile === "bc2");
  assert.match(source()?.cause[0] ?? "", /^bc1 failed: its ptp4l is down|^bc1 failed: it is /);
  const argv = () =>
    supervisor
      .specs()
      .find(({ key }) => key === "phc2sys.2")
      ?.argv.at(-1) ?? "";
  await eventually("phc2sys is told", () => argv().endsWith("ptp4l.1.socket"));
  applier.recheck();
  // Ends when the turn is over.
  await applier.stop();
  assert.match(argv(), /ptp4l\.1\.socket$/);
});
