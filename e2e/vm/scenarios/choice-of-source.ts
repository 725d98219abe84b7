import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventFlags, subscribe, type EventConsumer } from "../testing/event-consumer.ts";
import { startAgent, type GuestAgent, type ScenarioProfile } from "../testing/guest-agent.ts";
import type { GuestProgram } from "../testing/guest-program.ts";
import { domainNumber, ip, phcCtl, startGrandmaster } from "../testing/linuxptp.ts";
import { ordinaryProfile, patientThresholds } from "../testing/ordinary-profile.ts";
import { tellLatencies, tellMeasured } from "../testing/tell-latency.ts";

// Run inside the test machine: two NICs with a grandmaster and a domain each, and a phc2sys that follows the one or the other.
const grandmasters: GuestProgram[] = [];
const otherDomain = domainNumber + 1;
let agent: GuestAgent;
let consumer: EventConsumer;

const systemClock = "/sync/sync-status/os-clock-sync-state";
const wholeNode = "/sync/sync-status/sync-state";
/** A return is to be taken for good after ten heartbeats of a second. */
const graceMs = 10_000;
/** How long a phc2sys of an emulated machine may need to be back. */
const patienceS = 30;

function profiles(enableHA: boolean): readonly ScenarioProfile[] {
  const system = {
    name: "system",
    ptp4lOpts: "",
    // The domains count where phc2sys chooses, in the order of haProfiles.
    phc2sysOpts: `-a -r -n ${domainNumber} -n ${otherDomain}`,
    phc2sysConf: "[global]\nsanity_freq_limit 0\n",
    ptpSettings: { haProfiles: "nic-a,nic-b" },
    highAvailability: { enableHA, preferredPrimary: "nic-a", heartBeatTimeout: 1 },
    ptpClockThreshold: {
      ...patientThresholds,
      holdOverTimeout: patienceS,
      processDowntimeThresholds: { phc2sys: patienceS },
    },
  };
  return [ordinaryProfile("nic-a", "sim1", ""), ordinaryProfile("nic-b", "sim3", "", otherDomain), system];
}

/** That the system clock follows this NIC, and is in time. */
async function follows(nic: "nic-a" | "nic-b", startsOfPhc2sys: number): Promise<void> {
  const status = "openshift_ptp_ha_profile_status";
  const starts = "openshift_ptp_process_restart_count";
  await agent.shows([
    [status, { profile: "nic-a" }, Number(nic === "nic-a")],
    [status, { profile: "nic-b" }, Number(nic === "nic-b")],
    ["openshift_ptp_clock_state", { process: "phc2sys", iface: "CLOCK_REALTIME" }, 1],
    [starts, { process: "phc2sys" }, startsOfPhc2sys],
    [starts, { config: "ptp4l.0.config" }, 1],
    [starts, { config: "ptp4l.1.config" }, 1],
  ]);
}

before(async () => {
  for (const name of ["sim0", "sim1", "sim2", "sim3"]) await ip("link", "set", name, "up");
  // A millisecond off, so that phc2sys has something to put right.
  await phcCtl("/dev/ptp0", ["set", "adj", "37.001"]);
  grandmasters.push(startGrandmaster("gm-a", { interfaces: ["sim0"] }));
  agent = startAgent(profiles(true), eventFlags);
});

after(async () => {
  await agent.program.stop();
  for (const each of grandmasters) await each.stop();
  await consumer.stop();
});

test("the preferred source is followed", async () => {
  await agent.story([
    ["ptp4l of nic-a UNKNOWN FREERUN", /no port is SLAVE/],
    ["ptp4l of nic-b UNKNOWN FREERUN", /no port is SLAVE/],
    ["ptp4l of nic-a FREERUN LOCKED", /offset within thresholds/],
    ["CLOCK_REALTIME UNKNOWN FREERUN", /offset \d{6,9} ns not below maxOffsetThreshold 200000 ns/],
    ["CLOCK_REALTIME FREERUN LOCKED", /offset within thresholds/],
  ]);
  await follows("nic-a", 1);
});

test("another source comes: nothing is switched, and nothing happens to the node", async () => {
  grandmasters.push(startGrandmaster("gm-b", { interfaces: ["sim2"], domain: otherDomain }));
  consumer = await subscribe([systemClock, wholeNode]);
  await agent.story([["ptp4l of nic-b FREERUN LOCKED", /offset within thresholds/]]);
  await follows("nic-a", 1);
  for (const resource of [systemClock, wholeNode]) await consumer.told(resource, ["LOCKED"]);
});

test("its cable is drawn: after the heartbeat the other source is followed, by a phc2sys of its own", async () => {
  const sinceMs = performance.now();
  await ip("link", "set", "sim0", "down");
  const changes = await agent.story([
    ["ptp4l of nic-a LOCKED HOLDOVER", /^no port is SLAVE: port 1 \(sim1\) is FAULTY$/],
    ["CLOCK_REALTIME LOCKED HOLDOVER", /^follows ptp4l of nic-a, which is HOLDOVER; no port is SLAVE/],
    ["CLOCK_REALTIME nic-a nic-b", /^nic-a failed: its port is FAULTY, as without a link; nic-b is well$/],
    ["CLOCK_REALTIME HOLDOVER LOCKED", /^offset within thresholds$/],
    ["ptp4l of nic-a HOLDOVER FREERUN", /^holdover of 10 s expired; no port is SLAVE/],
  ]);
  tellLatencies("cable of the followed source drawn", sinceMs, changes);
  await follows("nic-b", 2);
  const told = await consumer.told(systemClock, ["LOCKED", "HOLDOVER", "LOCKED"]);
  // The NIC that is not followed any more does not count.
  await consumer.told(wholeNode, ["LOCKED", "HOLDOVER", "LOCKED"]);
  for (const { atMs, value } of told.slice(1)) tellMeasured(`event ${value} after ${Math.round(atMs - sinceMs)} ms`);
});

test("its cable is back: it is followed again when it was well for the grace time", async () => {
  const sinceMs = performance.now();
  await ip("link", "set", "sim0", "up");
  const changes = await agent.story([
    ["ptp4l of nic-a FREERUN LOCKED", /offset within thresholds$/],
    ["CLOCK_REALTIME nic-b nic-a", /^nic-a is well again and more wanted than nic-b$/],
    ["CLOCK_REALTIME LOCKED HOLDOVER", /^no measurement yet against nic-a$/],
    ["CLOCK_REALTIME HOLDOVER LOCKED", /^offset within thresholds$/],
  ]);
  tellLatencies("cable of the preferred source back", sinceMs, changes);
  const [well, returned] = ["LOCKED", "nic-a"].map((to) => changes.find((change) => change.to === to)?.atMs ?? 0);
  // A slow machine tells it some time after it was decided.
  assert.ok((returned ?? 0) - (well ?? 0) > graceMs - 200, "the grace time");
  await follows("nic-a", 3);
  for (const resource of [systemClock, wholeNode]) {
    await consumer.told(resource, ["LOCKED", "HOLDOVER", "LOCKED", "HOLDOVER", "LOCKED"]);
  }
});

test("enableHA is taken back: phc2sys chooses, from all sockets, the first of its sources", async () => {
  agent.configure(profiles(false));
  await agent.story([
    ["CLOCK_REALTIME LOCKED HOLDOVER", /^phc2sys is stopping$/],
    ["CLOCK_REALTIME none nic-a", /^phc2sys chose nic-a$/],
    ["CLOCK_REALTIME HOLDOVER LOCKED", /^offset within thresholds$/],
  ]);
  await follows("nic-a", 4);
});

test("its cable is drawn: phc2sys goes over by itself, at once, and that is told", async () => {
  const pid = agent.pidOf("phc2sys.2.config");
  const sinceMs = performance.now();
  await ip("link", "set", "sim0", "down");
  const changes = await agent.story([
    ["ptp4l of nic-a LOCKED HOLDOVER", /^no port is SLAVE: port 1 \(sim1\) is FAULTY$/],
    ["CLOCK_REALTIME LOCKED HOLDOVER", /^follows ptp4l of nic-a, which is HOLDOVER; no port is SLAVE/],
    ["CLOCK_REALTIME nic-a nic-b", /^phc2sys chose nic-b$/],
    ["CLOCK_REALTIME HOLDOVER LOCKED", /^offset within thresholds$/],
  ]);
  tellLatencies("phc2sys chooses, cable drawn", sinceMs, changes);
  await follows("nic-b", 4);
  assert.equal(agent.pidOf("phc2sys.2.config"), pid);
});
