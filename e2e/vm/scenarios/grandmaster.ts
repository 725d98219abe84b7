import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startAgent, type GuestAgent } from "../testing/guest-agent.ts";
import { hardwareFlags, layHardware, setReadings } from "../testing/hardware.ts";
import { announcedClass, ip, patientOptions } from "../testing/linuxptp.ts";
import { patientThresholds } from "../testing/ordinary-profile.ts";
import { pulseConf } from "../testing/pulse-profile.ts";
import { startReceiver, type Receiver } from "../testing/receiver.ts";
import { tellLatencies, tellLatency } from "../testing/tell-latency.ts";

// Run inside the test machine: a T-GM on sim0 with a receiver and a DPLL that say what they are told to.
let receiver: Receiver;
let agent: GuestAgent;
let pid: number;

const state = ["openshift_ptp_clock_state", { process: "GM" }] as const;
const clockClass = ["openshift_ptp_clock_class", { config: "ts2phc.0.config" }] as const;
/** What its ptp4l tells the network. */
const announced = ["openshift_ptp_clock_class", { config: "ptp4l.0.config" }] as const;
const [freerun, locked, holdover] = [0, 1, 2];
const hardware = { interfaceName: "sim0", process: "ts2phc.0" } as const;

/** In specification for 500 of the 1500 ns that the DPLL is assumed to gain in 30 s. */
const holdoverSettings = { LocalHoldoverTimeout: "30", LocalMaxHoldoverOffSet: "1500", MaxInSpecOffset: "500" };

const profile = {
  name: "gm",
  ptp4lOpts: "-2",
  ptp4lConf: ["[global]", "serverOnly 1", ...patientOptions, "[sim0]", ""].join("\n"),
  ts2phcOpts: "-m",
  ts2phcConf: pulseConf,
  ptpSettings: { clockType: "T-GM", "clockId[sim0]": "7", ...holdoverSettings },
  ptpClockThreshold: patientThresholds,
};

/** That ptp4l has started so often, ts2phc once, and that ptp4l announces class 6, by its own word. */
async function outlives(startsOfPtp4l: number): Promise<void> {
  const starts = "openshift_ptp_process_restart_count";
  await agent.shows([
    [...state, locked],
    [...announced, 6],
    [starts, { process: "ptp4l" }, startsOfPtp4l],
    [starts, { process: "ts2phc" }, 1],
  ]);
  assert.equal(await announcedClass(), 6);
  assert.equal(agent.pidOf("ts2phc.0.config"), pid);
}

before(async () => {
  for (const name of ["sim0", "sim1"]) await ip("link", "set", name, "up");
  layHardware();
  setReadings({ ...hardware, fix: 3, dpll: 3 });
  receiver = await startReceiver();
  agent = startAgent([profile], hardwareFlags);
});

after(async () => {
  await agent.program.stop();
  await receiver.stop();
});

test("a T-GM is locked when GNSS, DPLL and ts2phc are, and announces class 6", async () => {
  await agent.shows(
    [
      [...state, locked],
      [...clockClass, 6],
      [...announced, 6],
    ],
    180_000,
  );
  await agent.beginStoryAfter(["GM LOCKED", "GM 6", "dpll LOCKED", "gnss LOCKED", "gnss SYNCHRONIZED", "ptp4l LOCKED"]);
  pid = agent.pidOf("ts2phc.0.config");
});

test("ts2phc lives on when its ptp4l is killed, and the class is announced anew", async () => {
  const sinceMs = performance.now();
  process.kill(agent.pidOf("ptp4l.0.config"), "SIGKILL");
  const changes = await agent.story([
    ["ptp4l LOCKED HOLDOVER", /ptp4l is down, restarting: .*SIGKILL/],
    ["ptp4l HOLDOVER LOCKED", /gives the time of the T-GM of gm/],
  ]);
  tellLatencies("ptp4l of a T-GM killed", sinceMs, changes);
  await outlives(2);
});

test("ts2phc lives on when its ptp4l is edited, which restarts that one alone", async () => {
  agent.configure([{ ...profile, ptp4lConf: profile.ptp4lConf.replace("logSyncInterval 1", "logSyncInterval 0") }]);
  await agent.story([
    ["ptp4l LOCKED HOLDOVER", /^ptp4l is stopping$/],
    ["ptp4l HOLDOVER LOCKED", /gives the time of the T-GM of gm/],
  ]);
  await outlives(3);
});

test("GNSS is lost: holdover with class 7, and its end with class 248", async () => {
  const sinceMs = performance.now();
  setReadings({ ...hardware, fix: 0, dpll: 4 });
  const changes = await agent.story([
    ["GM LOCKED HOLDOVER", /the DPLL of sim0 is in holdover/],
    ["GM 6 7", /the DPLL of sim0 is in holdover/],
    ["dpll LOCKED HOLDOVER", /the DPLL of sim0 is in holdover/],
    ["gnss LOCKED FREERUN", /GNSS fix lost: no fix/],
    ["gnss SYNCHRONIZED FAILURE-NOFIX", /GNSS fix lost: no fix/],
    ["ptp4l LOCKED HOLDOVER", /gives the time of the T-GM of gm, which is HOLDOVER/],
  ]);
  tellLatency("GNSS lost", sinceMs, changes);
  await agent.shows([
    [...state, holdover],
    [...clockClass, 7],
    [...announced, 7],
  ]);
  await agent.story([
    ["GM HOLDOVER FREERUN", /holdover of 10 s expired/],
    ["GM 7 248", /holdover of 10 s expired/],
    ["dpll HOLDOVER FREERUN", /holdover of 10 s expired/],
    ["ptp4l HOLDOVER FREERUN", /gives the time of the T-GM of gm, which is FREERUN/],
  ]);
  await agent.shows([
    [...state, freerun],
    [...clockClass, 248],
    [...announced, 248],
  ]);
});

test("GNSS comes back: locked with class 6", async () => {
  const sinceMs = performance.now();
  setReadings({ ...hardware, fix: 3, dpll: 3 });
  const changes = await agent.story([
    ["gnss FREERUN LOCKED", /GNSS has a 3D fix/],
    ["gnss FAILURE-NOFIX SYNCHRONIZED", /GNSS has a 3D fix/],
    ["dpll FREERUN LOCKED", /the DPLL of sim0 is locked/],
    ["GM FREERUN LOCKED", /GNSS, DPLL, ts2phc: all are locked/],
    ["GM 248 6", /GNSS, DPLL, ts2phc: all are locked/],
    ["ptp4l FREERUN LOCKED", /gives the time of the T-GM of gm/],
  ]);
  tellLatency("GNSS came back", sinceMs, changes);
  await agent.shows([
    [...state, locked],
    [...clockClass, 6],
    [...announced, 6],
  ]);
});
