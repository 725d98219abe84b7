import assert from "node:assert/strict";
import { test } from "node:test";
import { at, keepsLaws } from "../testing/machine-laws.ts";
import { synceMachine, synceObservations, synceOptions } from "../testing/system-machines.ts";
import { qualityName } from "./quality.ts";
import { initialSynceDevice, stepSynce, type SynceObservation, type SynceOptions } from "./synce-device.ts";

function run(observations: readonly SynceObservation[], options: SynceOptions = synceOptions) {
  let device = initialSynceDevice(at(0));
  const told: string[] = [];
  for (const [index, observation] of observations.entries()) {
    const step = stepSynce(device, observation, options, at(1000 * (index + 1)));
    device = step.device;
    for (const { kind, from, to, cause } of step.changes) told.push(`${kind} ${from} to ${to}: ${cause.join(" < ")}`);
  }
  return { device, told };
}

const level = (qualityLevel: number, extended: boolean): SynceObservation => ({
  kind: "quality-level",
  interfaceName: "ens7f0",
  extended,
  qualityLevel,
});

test("stepSynce: EEC states are states, quality is told when both halves are there, and only when it changes", () => {
  const { told, device } = run([
    { kind: "process-up" },
    { kind: "eec-state", state: "LOCKED_HO_ACQ", externalSource: "GNSS" },
    level(1, false),
    level(0x20, true),
    level(1, false),
    level(0x20, true),
    { kind: "eec-state", state: "HOLDOVER" },
    { kind: "eec-state", state: "FREERUN" },
  ]);
  assert.deepEqual(told, [
    "state UNKNOWN to LOCKED: the EEC of synce1 is LOCKED_HO_ACQ on GNSS",
    "quality undefined to PRTC: synce4l sends QL 0x1, extended QL 0x20 on ens7f0",
    "state LOCKED to HOLDOVER: the EEC of synce1 is HOLDOVER",
    "state HOLDOVER to FREERUN: the EEC of synce1 is FREERUN",
  ]);
  assert.deepEqual(
    { ...device.ports.get("ens7f0"), quality: device.ports.get("ens7f0")?.quality.value },
    { ssm: 1, extended: 0x20, sent: { ssm: 1, extended: 0x20 }, quality: "PRTC" },
  );
});

test("stepSynce: without extended levels the level alone counts; an extended one before any level says nothing", () => {
  const plain = { ...synceOptions, networkOption: 1, extendedTlv: false } as const;
  const { told } = run([{ kind: "process-up" }, level(2, false), level(0x20, true)], plain);
  assert.deepEqual(told, ["quality undefined to PRC: synce4l sends QL 0x2, extended QL 0xff on ens7f0"]);
  assert.deepEqual(run([{ kind: "process-up" }, level(0x20, true)]).told, []);
});

test("qualityName: a pair of codes has the name of its network option", () => {
  assert.deepEqual([qualityName(1, 4, 0xff), qualityName(2, 4, 0xff)], ["SSUA", "TNC"]);
});

test("stepSynce: what a DPLL said of the EEC is believed for 5 s, what synce4l said until it says another", () => {
  const tick: SynceObservation = { kind: "tick" };
  const states = (told: SynceObservation) =>
    run([{ kind: "process-up" }, told, ...Array.from({ length: 11 }, () => tick)]).told;
  const read = { kind: "eec-state", state: "LOCKED", isReading: true } as const;
  assert.deepEqual(states(read), [
    "state UNKNOWN to LOCKED: the EEC of synce1 is LOCKED",
    "state LOCKED to HOLDOVER: nothing read the EEC of synce1 for 5 s",
    "state HOLDOVER to FREERUN: holdover of 5 s expired < nothing read the EEC of synce1 for 5 s",
  ]);
  assert.deepEqual(states({ kind: "eec-state", state: "LOCKED" }).length, 1);
  const held = Array.from({ length: 60 }, () => ({ ...read, state: "HOLDOVER" }) as const);
  const { told } = run([{ kind: "process-up" }, read, ...held, ...Array.from({ length: 11 }, () => tick)]);
  assert.match(told[2] ?? "", /^state HOLDOVER to FREERUN: holdover of 69 s expired/);
});

test("stepSynce: keeps the laws of all machines", () => {
  keepsLaws(synceMachine, synceObservations);
});
