import { after, before, test } from "node:test";
import { startAgent, type GuestAgent } from "../testing/guest-agent.ts";
import { writeLeapFile } from "../testing/leap-file.ts";
import { ip } from "../testing/linuxptp.ts";
import { holdOverTimeout, patientThresholds } from "../testing/ordinary-profile.ts";
import { pulseProfile } from "../testing/pulse-profile.ts";
import { startReceiver, type Receiver } from "../testing/receiver.ts";
import { tellLatency } from "../testing/tell-latency.ts";

// Run inside the test machine: ts2phc sets sim0's clock by a receiver's pulse and its sentences over TCP.
let receiver: Receiver;
let agent: GuestAgent;

const state = ["openshift_ptp_clock_state", { process: "ts2phc" }] as const;
const [freerun, locked, holdover] = [0, 1, 2];

before(async () => {
  await ip("link", "set", "sim0", "up");
  writeLeapFile("/etc/leap/guest");
  receiver = await startReceiver();
  agent = startAgent([{ ...pulseProfile, ptpClockThreshold: patientThresholds }]);
});

after(async () => {
  await agent.program.stop();
  await receiver.stop();
});

test("ts2phc sets a clock by pulse and time of day", async () => {
  await agent.story([
    ["ts2phc UNKNOWN FREERUN", /the servo of .* is not locked|source ts not valid/],
    ["ts2phc FREERUN LOCKED", /offset within thresholds/],
  ]);
  await agent.shows([[...state, locked]]);
});

test("the pulse is lost: holdover, and its end", async () => {
  const sinceMs = performance.now();
  receiver.setPulse(false);
  const changes = await agent.story([["ts2phc LOCKED HOLDOVER", /ts2phc measured nothing of .* for 5 s/]]);
  tellLatency("pulse lost", sinceMs, changes);
  await agent.shows([[...state, holdover]]);
  await agent.story([["ts2phc HOLDOVER FREERUN", new RegExp(`holdover of ${holdOverTimeout} s expired`)]]);
  await agent.shows([[...state, freerun]]);
  receiver.setPulse(true);
  await agent.story([["ts2phc FREERUN LOCKED", /offset within thresholds/]]);
});

test("the fix is lost while the pulse goes on: no time of day", async () => {
  const sinceMs = performance.now();
  receiver.setFix(false);
  const changes = await agent.story([["ts2phc LOCKED FREERUN", /the NMEA source has no fix|source ts not valid/]]);
  tellLatency("fix lost", sinceMs, changes);
  await agent.shows([[...state, freerun]]);
  receiver.setFix(true);
  await agent.story([["ts2phc FREERUN LOCKED", /offset within thresholds/]]);
  await agent.shows([[...state, locked]]);
});
