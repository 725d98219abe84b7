import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startAgent, type GuestAgent } from "../testing/guest-agent.ts";
import type { GuestProgram } from "../testing/guest-program.ts";
import { ip, phcCtl, setSimulation, startGrandmaster } from "../testing/linuxptp.ts";
import { holdOverTimeout, ordinaryProfile, patientThresholds } from "../testing/ordinary-profile.ts";
import { tellLatency } from "../testing/tell-latency.ts";

// Run inside the test machine, in this order: a grandmaster on sim0, a node of ours on sim1 whose clock drifts.
let grandmaster: GuestProgram;
let agent: GuestAgent;

const ptpState = ["openshift_ptp_clock_state", { process: "ptp4l" }] as const;
const systemState = ["openshift_ptp_clock_state", { process: "phc2sys", iface: "CLOCK_REALTIME" }] as const;
const [freerun, locked, holdover] = [0, 1, 2];
const profile = ordinaryProfile("oc", "sim1", "-a -r -n 24");
const edited = {
  ...profile,
  ptp4lConf: profile.ptp4lConf.replace("logMinDelayReqInterval 0", "logMinDelayReqInterval 1"),
};
/** While programs start anew: no holdover is to end before they are back, which takes a slow machine its time. */
const ptpClockThreshold = {
  ...patientThresholds,
  holdOverTimeout: 60,
  processDowntimeThresholds: { ptp4l: 60, phc2sys: 60 },
};

before(async () => {
  await ip("link", "set", "sim0", "up");
  await ip("link", "set", "sim1", "up");
  // A millisecond off, so that phc2sys always has something to put right.
  await phcCtl("/dev/ptp0", ["set", "adj", "37.001"]);
  grandmaster = startGrandmaster("gm", { interfaces: ["sim0"] });
  agent = startAgent([{ ...profile, ptpClockThreshold }]);
});

after(async () => {
  await agent.program.stop();
  await grandmaster.stop();
});

test("phc2sys follows a locked ptp4l", async () => {
  await agent.story([
    ["ptp4l UNKNOWN FREERUN", /no port is SLAVE/],
    ["ptp4l FREERUN LOCKED", /offset within thresholds/],
    ["CLOCK_REALTIME UNKNOWN FREERUN", /offset \d{6,9} ns not below maxOffsetThreshold 200000 ns/],
    ["CLOCK_REALTIME FREERUN LOCKED", /offset within thresholds/],
  ]);
  await agent.shows([
    [...ptpState, locked],
    [...systemState, locked],
    ["openshift_ptp_clock_class", { config: "ptp4l.0.config" }, 255],
    ["openshift_ptp_process_status", { process: "phc2sys" }, 1],
  ]);
});

test("phc2sys is killed and comes back", async () => {
  const sinceMs = performance.now();
  process.kill(agent.pidOf("phc2sys.0.config"), "SIGKILL");
  const changes = await agent.story([
    ["CLOCK_REALTIME LOCKED HOLDOVER", /phc2sys is down, restarting: .*SIGKILL/],
    ["CLOCK_REALTIME HOLDOVER LOCKED", /offset within thresholds/],
  ]);
  tellLatency("phc2sys killed", sinceMs, changes);
  await agent.shows([
    [...systemState, locked],
    ["openshift_ptp_process_restart_count", { process: "phc2sys" }, 2],
  ]);
});

test("phc2sys lives on when its ptp4l is killed", async () => {
  const pid = agent.pidOf("phc2sys.0.config");
  const sinceMs = performance.now();
  process.kill(agent.pidOf("ptp4l.0.config"), "SIGKILL");
  const changes = await agent.story([
    ["ptp4l LOCKED HOLDOVER", /ptp4l is down, restarting: .*SIGKILL/],
    ["CLOCK_REALTIME LOCKED HOLDOVER", /follows ptp4l of oc, which is HOLDOVER; ptp4l is down/],
    ["ptp4l HOLDOVER LOCKED", /offset within thresholds/],
    ["CLOCK_REALTIME HOLDOVER LOCKED", /offset within thresholds/],
  ]);
  tellLatency("ptp4l killed", sinceMs, changes);
  assert.equal(agent.pidOf("phc2sys.0.config"), pid);
});

test("phc2sys lives on when its ptp4l is edited, which restarts that one alone", async () => {
  const pid = agent.pidOf("phc2sys.0.config");
  agent.configure([{ ...edited, ptpClockThreshold }]);
  await agent.story([
    ["ptp4l LOCKED HOLDOVER", /^ptp4l is stopping$/],
    ["CLOCK_REALTIME LOCKED HOLDOVER", /^follows ptp4l of oc, which is HOLDOVER; ptp4l is stopping$/],
    ["ptp4l HOLDOVER LOCKED", /offset within thresholds/],
    ["CLOCK_REALTIME HOLDOVER LOCKED", /offset within thresholds/],
  ]);
  assert.equal(agent.pidOf("phc2sys.0.config"), pid);
});

test("the hardware clock is stepped from outside", async () => {
  const sinceMs = performance.now();
  await phcCtl("/dev/ptp1", ["adj", "0.001"]);
  // phc2sys may follow the wrong clock before ptp4l steps it back, which takes its port out of SLAVE for a moment.
  const changes = await agent.backInLock(["ptp4l", "CLOCK_REALTIME"]);
  const first = (clock: string) => changes.find((change) => change.clock === clock);
  assert.match(first("ptp4l")?.cause ?? "", /offset -?\d{6,7} ns not|port 1 \(sim1\) is UNCALIBRATED/);
  assert.match(first("CLOCK_REALTIME")?.cause ?? "", /offset -?\d{6,7} ns not|follows ptp4l of oc/);
  tellLatency("hardware clock stepped by 1 ms", sinceMs, changes);
});

test("transmit timestamps are lost", async () => {
  // Holdover is to end before the port is tried again.
  await agent.reconfigure([edited]);
  const sinceMs = performance.now();
  setSimulation("lose_tx_timestamps", 2);
  const changes = await agent.story([
    ["ptp4l LOCKED HOLDOVER", /no port is SLAVE: port 1 \(sim1\) is FAULTY/],
    ["CLOCK_REALTIME LOCKED HOLDOVER", /follows ptp4l of oc/],
    ["ptp4l HOLDOVER FREERUN", new RegExp(`holdover of ${holdOverTimeout} s expired`)],
    ["CLOCK_REALTIME HOLDOVER FREERUN", /follows ptp4l of oc/],
  ]);
  tellLatency("transmit timestamps lost", sinceMs, changes);
  await agent.shows([
    [...ptpState, freerun],
    [...systemState, freerun],
  ]);
  setSimulation("lose_tx_timestamps", 0);
  // A faulty port waits for 16 s.
  await agent.story([
    ["ptp4l FREERUN LOCKED", /offset within thresholds/],
    ["CLOCK_REALTIME FREERUN LOCKED", /offset within thresholds/],
  ]);
  await agent.shows([[...ptpState, locked]]);
});

test("the cable is drawn", async () => {
  const sinceMs = performance.now();
  await ip("link", "set", "sim0", "down");
  const changes = await agent.story([
    ["ptp4l LOCKED HOLDOVER", /no port is SLAVE: port 1 \(sim1\) is (FAULTY|LISTENING)/],
    ["CLOCK_REALTIME LOCKED HOLDOVER", /follows ptp4l of oc/],
  ]);
  tellLatency("cable drawn", sinceMs, changes);
  await agent.shows([
    [...ptpState, holdover],
    [...systemState, holdover],
  ]);
});
