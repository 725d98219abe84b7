import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { runHere, withFiles } from "../testing/run-here.ts";

const conf = (...names: readonly string[]): string =>
  `[global]\ndomainNumber 24\n${names.map((name) => `[${name}]\n`).join("")}`;

const profiles = JSON.stringify([{ name: "oc", ptp4lOpts: "-2", phc2sysOpts: "-a -r", ptp4lConf: conf("ens1f0") }]);

const log = [
  "2026-11-21T16:00:00.500Z ptp4l[100.5]: [ptp4l.0.config:5] port 1 (ens1f0): INITIALIZING to LISTENING on INIT_COMPLETE",
  "2026-11-21T16:00:01.500Z ptp4l[101.5]: [ptp4l.0.config:6] master offset -5 s2 freq +3 path delay 500",
  "2026-11-21T16:00:01.500Z ptp4l[101.5]: [ptp4l.0.config:5] port 1 (ens1f0): UNCALIBRATED to SLAVE on MASTER_CLOCK_SELECTED",
  "2026-11-21T16:00:02.000Z ptp4l[102.0]: [ptp4l.0.config:5] something new",
  "",
].join("\n");

test("replay: one JSON line per change, in the time of the lines", async () => {
  await withFiles({ "profiles.json": profiles, "daemon.log": log }, async (folder) => {
    const argv = ["replay", "--profiles", join(folder, "profiles.json"), "--node", "w"];
    const result = await runHere([...argv, "--log", join(folder, "daemon.log"), "-o", "json"]);
    assert.equal(result.exitCode, 0, result.stderr);
    assert.match(result.stderr, /hint: 1 lines of ptp4l have a form/);
    const changes = result.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    const clock = { process: "ptp4l", config: "ptp4l.0.config", iface: "ens1fx" };
    const locked = "port 1 (ens1f0) is SLAVE, offset within thresholds";
    assert.deepEqual(changes[1], {
      t: Date.UTC(2026, 10, 21, 16, 0, 1, 500) / 1000,
      clock,
      from: "FREERUN",
      to: "LOCKED",
      cause: [locked],
      events: [{ resource: "lock-state", name: "ens1fx", state: "LOCKED", offsetNs: -5 }],
    });
    assert.equal(changes.length, 2);
    writeFileSync(join(folder, "daemon.log.gz"), gzipSync(log));
    const packed = await runHere([...argv, "--log", join(folder, "daemon.log.gz"), "-o", "json"]);
    const piped = await runHere([...argv, "--log", "-", "-o", "json"], log);
    assert.equal(packed.stdout, result.stdout);
    assert.equal(piped.stdout, result.stdout);
    const people = await runHere([...argv, "--log", "-"], log);
    assert.match(people.stdout, /ptp4l ens1fx \(ptp4l.0.config\) {2}FREERUN -> LOCKED: port 1 \(ens1f0\) is SLAVE/);
  });
});

test("replay: what is wrong is told", async () => {
  await withFiles({ "profiles.json": profiles }, async (folder) => {
    const path = join(folder, "profiles.json");
    const missing = await runHere(["replay", "--profiles", path, "--node", "w", "--log", join(folder, "none")]);
    assert.equal(missing.exitCode, 2);
    assert.match(missing.stderr, /cannot read .*none: there is no such file/);
    writeFileSync(`${path}.gz`, "no archive");
    const broken = await runHere(["replay", "--profiles", path, "--node", "w", "--log", `${path}.gz`]);
    assert.match(broken.stderr, /cannot read .*profiles.json.gz: incorrect header check/);
    assert.equal(broken.exitCode, 2);
    const both = await runHere(["replay", "--profiles", "-", "--node", "w", "--log", "-"]);
    assert.match(both.stderr, /both read stdin/);
    const none = await runHere(["replay", "--profiles", path, "--node", "w"]);
    assert.match(none.stderr, /name the recording/);
  });
});

/** The two profiles of the recorded boundary clock, as far as its ptp4l, phc2sys and ts2phc go. */
const telecomProfiles = JSON.stringify([
  { name: "a-tt", ptp4lOpts: "-2", ptp4lConf: conf("ens4f0", "ens8f0"), ptpSettings: { controllingProfile: "b-tr" } },
  {
    name: "b-tr",
    ptp4lOpts: "-2",
    ptp4lConf: conf("ens4f1"),
    phc2sysOpts: "-a -r -n 24",
    ts2phcOpts: "-s generic -a --ts2phc.rh_external_pps 1",
    ts2phcConf: "[global]\n[ens4f0]\n",
    ptpSettings: {
      clockType: "T-BC",
      leadingInterface: "ens4f0",
      upstreamPort: "ens4f1",
      "clockId[ens4f0]": "5799633565433967032",
      "clockId[ens8f0]": "5799633565433966964",
      LocalHoldoverTimeout: "1440",
      LocalMaxHoldoverOffSet: "150",
      MaxInSpecOffset: "100",
      inSyncConditionThreshold: "10",
      inSyncConditionTimes: "12",
    },
  },
]);

test("replay: the recorded loss of the upstream port and its two returns", async (t) => {
  const recording = fileURLToPath(
    new URL("../../../../../shared/data/daemon/logs/daemon-tbc-run2.log.gz", import.meta.url),
  );
  if (!existsSync(recording)) return t.skip("no ../shared/data beside this checkout");
  await withFiles({ "profiles.json": telecomProfiles }, async (folder) => {
    const argv = ["replay", "--profiles", join(folder, "profiles.json"), "--node", "w", "--log", recording];
    const { stdout, stderr } = await runHere([...argv, "-o", "json"]);
    assert.equal(stderr, "", "every line is understood");
    const changes = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as RecordedChange);
    const upstream = changes.filter(({ clock }) => clock.config === "ptp4l.1.config" && clock.process === "ptp4l");
    assert.deepEqual(
      upstream.map(({ from, to }) => `${from}>${to}`),
      [
        "UNKNOWN>FREERUN",
        "FREERUN>LOCKED",
        "LOCKED>HOLDOVER",
        "HOLDOVER>FREERUN",
        "FREERUN>LOCKED",
        "LOCKED>HOLDOVER",
        "HOLDOVER>FREERUN",
        "FREERUN>LOCKED",
      ],
    );
    const telecom = changes.filter(({ clock, of }) => clock.process === "T-BC" && of === undefined);
    assert.deepEqual(
      telecom.map(({ clock, from, to, events }) => {
        // Of the whole clock applications are told; UNKNOWN was FREERUN to them before.
        const told = events.some((each) => each.resource === "lock-state" && each.state === to);
        return `${clock.config} ${from}>${to}${told ? "" : ", untold"}`;
      }),
      [
        "ts2phc.1.config UNKNOWN>FREERUN, untold",
        "ts2phc.1.config FREERUN>LOCKED",
        "ts2phc.1.config LOCKED>HOLDOVER",
        "ts2phc.1.config HOLDOVER>LOCKED",
        "ts2phc.1.config LOCKED>HOLDOVER",
        "ts2phc.1.config HOLDOVER>LOCKED",
      ],
      "as the daemon that was recorded told",
    );
    assert.deepEqual(
      changes.flatMap(({ clock, of, from, to }) => (of === "clock-class" ? [`${clock.process} ${from}>${to}`] : [])),
      ["T-BC 248>6", "T-BC 6>135", "T-BC 135>6", "T-BC 6>135", "T-BC 135>6"],
      "the classes that it announced",
    );
    const others = changes.filter(({ clock, of }) => /^(?:dpll|phc2sys)$/.test(clock.process) && of === undefined);
    assert.deepEqual(
      Object.entries(Object.groupBy(others, ({ clock }) => `${clock.process} ${clock.iface}`)).map(
        ([name, made = []]) => `${name}: ${[made[0]?.from, ...made.map(({ to }) => to)].join(" ")}`,
      ),
      [
        "dpll ens4f0: UNKNOWN FREERUN LOCKED HOLDOVER LOCKED HOLDOVER LOCKED",
        "dpll ens8f0: UNKNOWN LOCKED",
        "phc2sys CLOCK_REALTIME: UNKNOWN FREERUN LOCKED HOLDOVER LOCKED HOLDOVER LOCKED",
      ],
    );
    const giving = changes.filter(({ clock }) => clock.config === "ptp4l.0.config" && clock.process === "ptp4l");
    assert.deepEqual(
      giving.map(({ to }) => to),
      ["FREERUN", "LOCKED", "HOLDOVER", "LOCKED", "HOLDOVER", "LOCKED"],
      "what gives its time is as good as the whole",
    );
    assert.match(upstream[2]?.cause[0] ?? "", /port 1 \(ens4f1\) is FAULTY/);
    assert.equal((await runHere([...argv, "-o", "json"])).stdout, stdout, "the same again");
  });
  return undefined;
});

interface RecordedChange {
  readonly clock: { readonly process: string; readonly config: string; readonly iface: string };
  /** What of the clock; absent: its state. */
  readonly of?: string;
  readonly from: string;
  readonly to: string;
  readonly cause: readonly string[];
  readonly events: readonly { readonly resource: string; readonly state?: string }[];
}
