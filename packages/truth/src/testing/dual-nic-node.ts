import type { HighAvailability, NodeProfile, ProcessReport } from "@ptp/node";
import type { PortState } from "@ptp/ptp";
import { followPlan, initialNodeState, type NodeState, type NodeStep } from "../node/node-state.ts";
import { stepNode } from "../node/step-node.ts";
import type { WatchedPlan } from "../node/watched-plan.ts";
import type { PtpClockObservation } from "../ptp-clock.ts";
import { at } from "./machine-laws.ts";
import { parentOf } from "./machines.ts";

/** How one NIC of a node stands. */
export interface NicState {
  /** Its ptp4l runs; default true. */
  readonly up?: boolean;
  /** Of its only port; default TIME_RECEIVER. */
  readonly port?: PortState;
  /** Of its grandmaster; default 6. */
  readonly clockClass?: number;
}

/** Its ptp4l runs and follows a grandmaster of class 6. */
export const wellNic: NicState = {};

const phc2sys = { key: "phc2sys.9", program: "phc2sys", profile: "ha", configName: "phc2sys.9.config" } as const;

function ptp4l(id: number) {
  const configName = `ptp4l.${id}.config`;
  const socketPath = `/s${id}`;
  return {
    key: `ptp4l.${id}`,
    profile: nicProfile(id),
    configName,
    socketPath,
    domainNumber: 24,
    interfaces: [`ens${id}f0`],
  };
}

/** Profile of the NIC with that number, which counts from 0. */
export function nicProfile(nic: number): string {
  return `bc${nic}`;
}

/** A node with boundary clocks on so many NICs and one phc2sys over all of them. */
export function multiNicNode(nics: number, highAvailability: HighAvailability): NodeState {
  const ids = Array.from({ length: nics }, (_, id) => id);
  const haProfiles = ids.map(nicProfile).join(",");
  const profiles: readonly NodeProfile[] = [
    ...ids.map((id) => ({ name: nicProfile(id) })),
    { name: "ha", ptp4lOpts: "", phc2sysOpts: "-a -r", ptpSettings: { haProfiles }, highAvailability },
  ];
  const instances = ids.map(ptp4l);
  const plan: WatchedPlan = {
    processes: [...instances.map((each) => ({ ...each, program: "ptp4l" as const })), phc2sys],
    ptp4lInstances: instances,
    aliasByInterface: {},
  };
  return followPlan(initialNodeState("w1"), plan, { profiles }, at(0));
}

/** What the NIC's ptp4l tells at that moment. */
export function tellNic(state: NodeState, nic: number, nicState: NicState, ms: number): NodeStep {
  const { up = true, port = "TIME_RECEIVER", clockClass = 6 } = nicState;
  const { key, profile, configName } = ptp4l(nic);
  const process = { key, program: "ptp4l", profile, configName, starts: 1, sinceUnixMs: 0, lastExit: "" } as const;
  const report: ProcessReport = { ...process, state: up ? "running" : "backoff" };
  const seen = stepNode(state, { source: "process", report }, at(ms));
  if (!up) return seen;
  const measured: PtpClockObservation = { kind: "time-status", offsetNs: 5, ingressTimeNs: BigInt(ms + 1) };
  const observations: readonly PtpClockObservation[] = [
    { kind: "parent-data-set", dataSet: parentOf(clockClass) },
    { kind: "port", number: 1, state: port, interfaceName: `ens${nic}f0` },
    ...(port === "TIME_RECEIVER" ? [measured] : []),
    { kind: "tick" },
  ];
  const { state: after, changes } = stepNode(seen.state, { source: "management", process: key, observations }, at(ms));
  return { state: after, changes: [...seen.changes, ...changes] };
}

/** phc2sys comes up, or goes down. */
export function tellPhc2sys(state: NodeState, processState: ProcessReport["state"], ms: number): NodeStep {
  const report: ProcessReport = { ...phc2sys, state: processState, starts: 1, sinceUnixMs: 0, lastExit: "" };
  return stepNode(state, { source: "process", report }, at(ms));
}

/** phc2sys writes a line. */
export function hearPhc2sys(state: NodeState, text: string, ms: number): NodeStep {
  const line = `phc2sys[${(ms / 1000).toFixed(3)}]: [phc2sys.9.config:6] ${text}`;
  return stepNode(state, { source: "line", process: phc2sys.key, line }, at(ms));
}
