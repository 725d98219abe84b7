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
  await reach({
    what: "ptp4l says the same",
    see: () => Promise.all([0, 1].map((run) => askedClass(world, run))),
    holds: (asked) => asked.includes("6") && asked.includes("248"),
  });
  await world.cable(["bc", "ens1f0"], "up");
  await role(world, "ens1f0", 1);
  await classes(world, "both have the grandmaster's again", [6, 6]);
  const ofCard = { iface: "ens1fx", from: "master" };
  await reach({
    what: "its offset is small",
    see: async () => metricValue(await world.metrics("bc"), "openshift_ptp_offset_ns", ofCard),
    holds: (offsetNs) => offsetNs === undefined || Math.abs(offsetNs) < 100_000,
  });
}

/** A ptp4l that somebody ends counts as down until its successor works. */
export async function endedProgramReturns(world: StoryWorld): Promise<void> {
  const read = async () => {
    const lines = await world.metrics("oc");
    const of = (name: string) => metricValue(lines, name, { process: "ptp4l" });
    return { status: of("openshift_ptp_process_status"), restarts: of("openshift_ptp_process_restart_count") ?? 0 };
  };
  const { restarts: before } = await reach({ what: "it works", see: read, holds: ({ status }) => status === 1 });
  let ended = 0;
  // Each time it stays away for longer: sooner or later a look hits that time on any machine.
  for (let wasDown = false; !wasDown && ended < 5; ended += 1) {
    const [pid] = world.ptp4lPids("oc");
    assert.ok(pid !== undefined);
    process.kill(pid, "SIGTERM");
    const seen = await reach({
      what: "it is down, or another runs",
      see: async () => ({ status: (await read()).status, pids: world.ptp4lPids("oc") }),
      holds: (now) => now.status === 0 || now.pids.some((each) => each !== pid),
    });
    wasDown = seen.status === 0;
    await reach({
      what: "another runs",
      see: () => world.ptp4lPids("oc"),
      holds: (pids) => pids.some((each) => each !== pid),
    });
  }
  await reach(
    {
      what: `it works, started ${ended} times`,
      see: read,
      holds: ({ status, restarts }) => status === 1 && restarts === before + ended,
    },
    world,
    "oc",
  );
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
  await reach({
    what: `${what}: metrics say the same`,
    see: async () => {
      const lines = (await world.metrics("bc")).filter(({ name }) => name === "openshift_ptp_clock_class");
      return lines.map(({ value }) => value).toSorted((one, other) => other - one);
    },
    holds: (told) => told.join() === wanted.join(),
  });
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
