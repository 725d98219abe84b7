import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { assumedExpiryNtpS } from "@ptp/truth";
import { builtInLeapList, ntpSOf, renderLeapList, unixMsOfNtp, type LeapList } from "@ptp/ptp";
import { startAgent, type GuestAgent } from "../testing/guest-agent.ts";
import { ip } from "../testing/linuxptp.ts";
import { patientThresholds } from "../testing/ordinary-profile.ts";
import { pulseProfile } from "../testing/pulse-profile.ts";
import { startReceiver, type Receiver } from "../testing/receiver.ts";
import { tellLatency } from "../testing/tell-latency.ts";

// Run inside the test machine: what the real ts2phc does with the lists that it is given, in one run of it.
let receiver: Receiver;
let agent: GuestAgent;
let pid: number;

const listPath = "/etc/leap/guest";
const systemListPath = "/usr/share/zoneinfo/leap-seconds.list";
const dayMs = 86_400_000;
const sha1Hex = (ascii: string): string => createHash("sha1").update(ascii, "ascii").digest("hex");
const config = "ts2phc.0.config";
const locked = ["openshift_ptp_clock_state", { process: "ts2phc" }, 1] as const;
const expiry = (unixMs: number) => ["ptp_leap_list_expiry_timestamp_seconds", {}, unixMs / 1000] as const;

/** The agent looks for other lists every 30 s. */
const noticedMs = 120_000;

/** A list that was made today. */
function listUntil(expiresUnixMs: number, leapSeconds = builtInLeapList.leapSeconds): LeapList {
  return { updatedNtpS: ntpSOf(Date.now()), expiresNtpS: ntpSOf(expiresUnixMs), leapSeconds };
}

function put(path: string, list: LeapList): void {
  writeFileSync(`${path}.next`, renderLeapList(list, sha1Hex));
  renameSync(`${path}.next`, path);
}

/** Waits for a line of ts2phc that was not there before. */
async function hears(pattern: RegExp, from: number): Promise<void> {
  const endsAtMs = performance.now() + noticedMs;
  while (!agent.program.lines.slice(from).some(({ text }) => pattern.test(text))) {
    assert.ok(performance.now() < endsAtMs, `ts2phc does not say ${String(pattern)}`);
    await sleep(100);
  }
}

before(async () => {
  await ip("link", "set", "sim0", "up");
  receiver = await startReceiver();
  agent = startAgent([{ ...pulseProfile, ptpClockThreshold: patientThresholds }]);
});

after(async () => {
  await agent.program.stop();
  await receiver.stop();
});

test("nobody gives the node a list, and the machine's own has expired: time goes on", async () => {
  await agent.story([
    ["ts2phc UNKNOWN FREERUN", /the servo of .* is not locked|source ts not valid/],
    ["ts2phc FREERUN LOCKED", /offset within thresholds/],
  ]);
  await agent.shows([locked, expiry(unixMsOfNtp(assumedExpiryNtpS)), ["ptp_utc_offset_seconds", {}, 37]]);
  pid = agent.pidOf(config);
});

test("a newer list of the machine comes: ts2phc reads it anew and loses nothing", async () => {
  const from = agent.program.lines.length;
  const leapAtMs = Math.ceil(Date.now() / dayMs + 30) * dayMs;
  const leap = { ntpS: ntpSOf(leapAtMs), taiMinusUtcS: 38 };
  put(systemListPath, listUntil(leapAtMs + 100 * dayMs, [...builtInLeapList.leapSeconds, leap]));
  await hears(/updating leap seconds file/, from);
  await agent.story([]);
  await agent.shows([locked, ["ptp_leap_second_pending", {}, 0]]);
  assert.equal(agent.pidOf(config), pid);
});

test("an expired list is mounted: no time of day, with that reason", async () => {
  const sinceMs = performance.now();
  const endedMs = Math.floor(Date.now() / 1000 - 3600) * 1000;
  put(listPath, listUntil(endedMs));
  const changes = await agent.story([
    ["ts2phc LOCKED FREERUN", /the leap second list has expired|source ts not valid/],
  ]);
  tellLatency("leap second list expired", sinceMs, changes);
  await agent.shows([expiry(endedMs)], noticedMs);
  assert.equal(agent.pidOf(config), pid);
});

test("the mount goes, and the node's own list is back: time goes on, in the same run of ts2phc", async () => {
  rmSync(listPath);
  await agent.story([["ts2phc FREERUN LOCKED", /offset within thresholds/]], noticedMs);
  assert.equal(agent.pidOf(config), pid);
});
