import { after, before, test } from "node:test";
import { startAgent, type GuestAgent } from "../testing/guest-agent.ts";
import type { GuestProgram } from "../testing/guest-program.ts";
import { hardwareFlags, layHardware, setReadings } from "../testing/hardware.ts";
import { ip, patientOptions, phcCtl, startGrandmaster } from "../testing/linuxptp.ts";
import { patientThresholds } from "../testing/ordinary-profile.ts";
import { startReceiver, type Receiver } from "../testing/receiver.ts";
import { tellLatency } from "../testing/tell-latency.ts";

// Run inside the test machine: a T-BC that takes time on sim1, with a DPLL that says what it is told to. It gives time to
// nobody (T-TSC), since no ptp4l of Debian can announce a grandmaster for another one.
let grandmaster: GuestProgram;
let receiver: Receiver;
let agent: GuestAgent;

const state = ["openshift_ptp_clock_state", { process: "T-BC" }] as const;
const [freerun, locked, holdover] = [0, 1, 2];
const hardware = { interfaceName: "sim1", process: "ptp4l.0" } as const;
/** A T-BC averages over 64 offsets, and takes 2 s without one for a loss. */
const oftenSync = ["logSyncInterval -3", "logMinDelayReqInterval -3"];
const holdoverSettings = { LocalHoldoverTimeout: "12", LocalMaxHoldoverOffSet: "200000", MaxInSpecOffset: "100000" };

before(async () => {
  for (const name of ["sim0", "sim1"]) await ip("link", "set", name, "up");
  await phcCtl("/dev/ptp0", ["set", "adj", "37"]);
  grandmaster = startGrandmaster("gm", { interfaces: ["sim0"], more: oftenSync });
  layHardware();
  setReadings({ ...hardware, dpll: 3 });
  receiver = await startReceiver();
  const profile = {
    name: "tsc",
    interface: "sim1",
    ptp4lOpts: "-2",
    ptp4lConf: ["[global]", "clientOnly 1", ...patientOptions, ...oftenSync, ""].join("\n"),
    ptpSettings: {
      clockType: "T-BC",
      leadingInterface: "sim1",
      upstreamPort: "sim1",
      "clockId[sim1]": "7",
      inSyncConditionThreshold: "20000",
      ...holdoverSettings,
    },
    ptpClockThreshold: patientThresholds,
  };
  agent = startAgent([profile], hardwareFlags);
});

after(async () => {
  await agent.program.stop();
  await grandmaster.stop();
  await receiver.stop();
});

test("a T-BC is locked when its filter is full of good offsets", async () => {
  await agent.shows([[...state, locked]], 240_000);
  await agent.beginStoryAfter(["T-BC LOCKED", "dpll LOCKED", "ptp4l LOCKED"]);
});

test("upstream is lost: holdover, and its end", async () => {
  const sinceMs = performance.now();
  setReadings({ ...hardware, dpll: 4 });
  await ip("link", "set", "sim0", "down");
  const changes = await agent.story([
    ["T-BC LOCKED HOLDOVER", /no upstream port receives time: sim1|the DPLL of sim1 is in holdover/],
    ["dpll LOCKED HOLDOVER", /the DPLL of sim1 is in holdover/],
    ["ptp4l LOCKED HOLDOVER", /no port is SLAVE: port 1 \(sim1\) is FAULTY/],
  ]);
  tellLatency("upstream lost", sinceMs, changes);
  await agent.shows([[...state, holdover]]);
  await agent.story([
    ["T-BC HOLDOVER FREERUN", /holdover of .* s expired|passed/],
    ["dpll HOLDOVER FREERUN", /holdover of .* s expired|passed/],
    ["ptp4l HOLDOVER FREERUN", /holdover of 10 s expired/],
  ]);
  await agent.shows([[...state, freerun]]);
});
