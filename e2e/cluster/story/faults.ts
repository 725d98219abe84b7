import type { NodeClock } from "@ptp/api";
import assert from "node:assert/strict";
import { metricValue } from "../../../tools/demo/world/metrics-text.ts";
import { linuxptpOf, reach, type StoryWorld } from "../testing/story-world.ts";
import { clocksOf } from "./profiles.ts";

/** A card of the boundary clock loses its port: its class and role tell, the other card's do not change. */
export async function classesAreTheirOwn(world: StoryWorld): Promise<void> {
  await classes(world, "both have the grandmaster's", [6, 6]);
  await world.cable(["bc", "ens1f0"], "down");
  await classes(world, "the first has its own", [248, 6]);
  await role(world, "ens1f0", 3);
  const asked = await Promise.all([0, 1].map((run) => askedClass(world, run)));
  assert.deepEqual(new Set(asked), new Set(["6", "248"]), "ptp4l says the same");
  await world.cable(["bc", "ens1f0"], "up");
  await role(world, "ens1f0", 1);
  await classes(world, "both have the grandmaster's again", [6, 6]);
  const offsetNs = metricValue(await world.metrics("bc"), "openshift_ptp_offset_ns", {
    iface: "ens1fx",
    from: "master",
  });
  assert.ok(offsetNs === undefined || Math.abs(offsetNs) < 100_000, String(offsetNs));
}

/** A ptp4l that somebody ends counts as down until its successor works. */
export async function endedProgramReturns(world: StoryWorld): Promise<void> {
  const of = async (name: string) => metricValue(await world.metrics("oc"), name, { process: "ptp4l" });
  const status = () => of("openshift_ptp_process_status");
  const restarts = () => of("openshift_ptp_process_restart_count");
  const before = (await restarts()) ?? 0;
  assert.equal(await status(), 1);
  let ended = 0;
  // Each time it stays away for longer: sooner or later a look hits that time on any machine.
  for (let wasDown = false; !wasDown && ended < 5; ended += 1) {
    const [pid] = world.ptp4lPids("oc");
    assert.ok(pid !== undefined);
    process.kill(pid, "SIGTERM");
    const seen = await reach({
      what: "it is down, or another runs",
      see: async () => ({ status: await status(), pids: world.ptp4lPids("oc") }),
      holds: (now) => now.status === 0 || now.pids.some((each) => each !== pid),
    });
    wasDown = seen.status === 0;
    await reach({
      what: "another runs",
      see: () => world.ptp4lPids("oc"),
      holds: (pids) => pids.some((each) => each !== pid),
    });
  }
  await reach({ what: "it works", see: status, holds: (value) => value === 1 }, world, "oc");
  assert.equal(await restarts(), before + ended);
  await reach({
    what: "it is in time",
    see: () => clocksOf(world, "oc"),
    holds: (clocks) => clocks.every(({ state }) => state === "LOCKED") && clocks.length === 1,
  });
}

async function classes(world: StoryWorld, what: string, wanted: readonly number[]): Promise<void> {
  const byProfile = (one: NodeClock, other: NodeClock) => (one.profile < other.profile ? -1 : 1);
  await reach(
    {
      what,
      see: async () => (await clocksOf(world, "bc")).toSorted(byProfile).map(({ clockClass }) => clockClass),
      holds: (seen) => seen.join() === wanted.join(),
    },
    world,
    "bc",
  );
  const lines = (await world.metrics("bc")).filter(({ name }) => name === "openshift_ptp_clock_class");
  const told = lines.map(({ value }) => value).toSorted((one, other) => other - one);
  assert.deepEqual(told, wanted, "metrics say the same");
}

async function role(world: StoryWorld, iface: string, wanted: number): Promise<void> {
  await reach({
    what: `${iface} has role ${wanted}`,
    see: async () => metricValue(await world.metrics("bc"), "openshift_ptp_interface_role", { iface }),
    holds: (value) => value === wanted,
  });
}

async function askedClass(world: StoryWorld, run: number): Promise<string | undefined> {
  const socket = `/var/run/ptp4l.${run}.socket`;
  const ask = [`${linuxptpOf("bc")}/pmc`, "-u", "-b", "0", "-d", "24", "-s", socket];
  return /gm.ClockClass\s+(\d+)/.exec(await world.host("bc").run([...ask, "GET PARENT_DATA_SET"]))?.[1];
}
