import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import type { NodeProfile } from "@ptp/node";
import { eventually } from "../process/testing/fixture.ts";
import { startObservedAgent } from "./testing/observed-agent.ts";

const grandmaster: NodeProfile = {
  name: "gm",
  ptp4lOpts: "",
  ts2phcOpts: "-m",
  ts2phcConf: "[global]\n[ens1f0]\n",
  phc2sysOpts: "-a -r",
  chronydOpts: "-x",
  chronydConf: "server 192.0.2.1\n",
  plugins: { ntpfailover: { gnssFailover: true, ts2phcTolerance: "2s", startupDelay: "5s" } },
};

test("NTP failover: phc2sys or chronyd runs, never both, and what runs tells of the system clock", async (t) => {
  const { observer, supervisor, folder, offer } = await startObservedAgent(t);
  const result = await offer([grandmaster]);
  assert.deepEqual(result.profiles, [{ name: "gm", outcome: "applied" }]);
  const seen = new Set<string>();
  const running = () => {
    const programs = supervisor
      .processes()
      .filter(({ pid }) => pid !== undefined)
      .map(({ program }) => program)
      .filter((program) => program === "phc2sys" || program === "chronyd");
    seen.add(programs.join(" "));
    return programs.join();
  };
  /** No receiver tells anything here: the T-GM is not known, and neither is what follows it. */
  const keeper = () =>
    observer
      .clocks()
      .filter(({ process }) => process === "phc2sys" || process === "chronyd")
      .map(({ process, state }) => `${process} ${state}`)
      .join();
  await eventually("phc2sys keeps the clock", () => running() === "phc2sys" && keeper().startsWith("phc2sys "));
  const { starts, pid } = supervisor.processes().find(({ program }) => program === "ts2phc") ?? {};

  const lost = join(folder, "ts2phc.0.config.lost");
  await writeFile(lost, "");
  await eventually("chronyd keeps it", () => running() === "chronyd" && keeper() === "chronyd LOCKED");
  await rm(lost);
  await eventually("phc2sys keeps it again", () => running() === "phc2sys" && keeper().startsWith("phc2sys "));
  assert.ok(!seen.has("chronyd phc2sys"), [...seen].join());
  const after = supervisor.processes().find(({ program }) => program === "ts2phc");
  assert.deepEqual([after?.starts, after?.pid], [starts, pid], "ts2phc was not touched");
});
