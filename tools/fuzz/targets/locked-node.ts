import { defaultHostFacts, plan } from "@ptp/plan";
import type { Instant, NodeConfig } from "@ptp/node";
import { parseClockIdentity } from "@ptp/ptp";
import { clockLimits, followPlan, initialNodeState, stepNode, type NodeInput, type NodeState } from "@ptp/truth";

const conf = (names: readonly string[]): string =>
  `[global]\ndomainNumber 24\n${names.map((name) => `[${name}]\n`).join("")}`;

/** A boundary clock whose ptp4l answers, another that does not, and the programs behind them. */
export const fuzzedConfig: NodeConfig = {
  nodeName: "n",
  profiles: [
    { name: "answering", ptp4lOpts: "-2", ptp4lConf: conf(["ens1f0", "ens1f1"]), phc2sysOpts: "-a -r -n 24" },
    {
      name: "mute",
      ptp4lOpts: "-2",
      ptp4lConf: conf(["ens2f0"]),
      ts2phcOpts: "-s generic -a",
      ts2phcConf: "[global]\n[ens2f0]\n",
    },
  ],
  hardware: [],
  plugins: [],
  secrets: [],
};

/** What it runs. */
export const fuzzedPlan = plan({ config: fuzzedConfig, facts: defaultHostFacts("n"), runIds: {} });

/** Limits of both profiles. */
export const fuzzedLimits = clockLimits({});

/** The clock that answers: management alone tells its ports and offsets. */
export const answeringKey = "ptp4l.1";

/** A moment, in milliseconds of both clocks. */
export const at = (ms: number): Instant => ({ monotonicMs: ms, unixMs: ms });

/** When all of the node is LOCKED. */
export const lockedMs = 10_000;

/** The node with every program up, and LOCKED what can be. */
export function lockedNode(): NodeState {
  const identity = parseClockIdentity("aabbcc.fffe.ddeeff");
  if (identity === undefined) throw new Error("not an identity");
  const up: readonly NodeInput[] = fuzzedPlan.processes.map(({ key, program, profile, configName }) => {
    const report = { key, program, profile, configName, starts: 1, sinceUnixMs: 0, lastExit: "" };
    return { source: "process", report: { ...report, state: "running" } };
  });
  const inputs: readonly NodeInput[] = [
    ...up,
    {
      source: "management",
      process: answeringKey,
      observations: [
        { kind: "port", number: 1, state: "TIME_RECEIVER", interfaceName: "ens1f0", logSyncInterval: -4 },
        { kind: "port", number: 2, state: "TIME_TRANSMITTER", interfaceName: "ens1f1", logSyncInterval: -4 },
        { kind: "time-status", offsetNs: 3, ingressTimeNs: 1n },
      ],
    },
    line("ptp4l.0", "ptp4l[9.0]: [ptp4l.0.config:5] port 1: UNCALIBRATED to SLAVE on MASTER_CLOCK_SELECTED"),
    line("ptp4l.0", "ptp4l[9.5]: [ptp4l.0.config:6] rms 7 max 9 freq -5 +/- 3 delay 90 +/- 1"),
    line("phc2sys.1", "phc2sys[9.9]: [ptp4l.1.config:6] CLOCK_REALTIME phc offset 5 s2 freq +0 delay 500"),
  ];
  const begun = followPlan(initialNodeState("n"), fuzzedPlan, fuzzedConfig, at(lockedMs));
  return inputs.reduce((state, input) => stepNode(state, input, at(lockedMs)).state, begun);
}

function line(process: string, text: string): NodeInput {
  return { source: "line", process, line: text };
}
