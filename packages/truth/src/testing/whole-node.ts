import type { NodeConfig, ProcessReport, ProgramName } from "@ptp/node";
import { eventValues, type EventValue } from "../event-values.ts";
import { metricFamilies, metricSamples } from "../metric-samples.ts";
import type { NodeInput } from "../node/node-input.ts";
import { followPlan, initialNodeState, nodeView, type NodeState, type NodeStep } from "../node/node-state.ts";
import { stepNode, tickClocks } from "../node/step-node.ts";
import type { WatchedPlan } from "../node/watched-plan.ts";
import { at } from "./machine-laws.ts";

/** A node whose inputs a test makes up: inputs in, changes, metrics and events out. */
export interface WholeNode {
  /** Inputs of one second each, from the next second on; tells the changes as text with the second they came in. */
  run(seconds: readonly (readonly NodeInput[])[]): string[];
  /** Goes on under another configuration, as an agent does. */
  follow(plan: WatchedPlan, config: Pick<NodeConfig, "profiles">): string[];
  /** `name{label,…} value` without the node, of those metrics of the existing stack that match, in the order of the text. */
  metrics(pattern: RegExp): string[];
  events(resource: EventValue["resource"]): EventValue[];
  state(): NodeState;
}

/** Creates a node that follows a plan, at second 0. */
export function createWholeNode(plan: WatchedPlan, config: Pick<NodeConfig, "profiles">): WholeNode {
  let state = initialNodeState("w1");
  let ms = 0;
  const take = (step: NodeStep): string[] => {
    ({ state } = step);
    return step.changes.map(({ clock: { process, iface }, of, from, to, cause }) => {
      const what = of === undefined ? "" : ` ${of}`;
      return `${ms / 1000} ${process} ${iface}${what}: ${from} > ${to}: ${cause.join("; ")}`;
    });
  };
  const follow: WholeNode["follow"] = (next, edited) =>
    take(tickClocks(followPlan(state, next, edited, at(ms)), at(ms)));
  follow(plan, config);
  return {
    run: (seconds) =>
      seconds.flatMap((inputs) => {
        ms += 1000;
        return [...inputs, { source: "tick" } as const].flatMap((input) => take(stepNode(state, input, at(ms))));
      }),
    follow,
    metrics: (pattern) =>
      metricSamples(nodeView(state))
        .filter(({ family }) => metricFamilies[family].name.startsWith("openshift_"))
        .map(({ family, labels, value }) => {
          const shown = metricFamilies[family].labels.filter((label) => label !== "node");
          const name = metricFamilies[family].name.replace("openshift_ptp_", "");
          return `${name}{${shown.map((label) => labels[label]).join(",")}} ${value}`;
        })
        .filter((text) => pattern.test(text) && !ofEveryClock.test(text))
        .toSorted(),
    events: (resource) => eventValues(nodeView(state)).filter((each) => each.resource === resource),
    state: () => state,
  };
}

/** What follows from a state's time and kind of cause, or from the profile alone: tests of the samples have it. */
const ofEveryClock = /^(ptp_clock_state_(since|cause)|ptp_clock_holdover|threshold)/;

/** The report of a process of a plan that came up or went down. */
export function processInput(plan: WatchedPlan, key: string, isRunning: boolean): NodeInput {
  const watched = plan.processes.find((each) => each.key === key);
  const program: ProgramName = watched?.program ?? "ptp4l";
  const report: ProcessReport = {
    key,
    program,
    profile: watched?.profile ?? "",
    configName: watched?.configName ?? "",
    state: isRunning ? "running" : "backoff",
    starts: 1,
    sinceUnixMs: 0,
    lastExit: isRunning ? "" : "killed by SIGKILL",
  };
  return { source: "process", report };
}
