import type { Lab } from "../../../tools/lab/lab.ts";
import { type MetricLine } from "../../../tools/demo/world/metrics-text.ts";
import { type SeenChange } from "./read-changes.ts";
import type { Attachment, Scenario } from "./scenario.ts";
/** The hosts of one scenario with one release of linuxptp: switches, clocks without an agent, and a node with one. */
export interface Stage {
  readonly release: string;
  /** Starts a ptp4l without an agent, with its first lines or with others. */
  startSource(host: string, lines?: readonly string[]): Promise<void>;
  /** kill -9; returns when it is dead. */
  killSource(host: string): Promise<void>;
  /** Has a source without time receivers announce another class. */
  setClass(host: string, clockClass: number): Promise<void>;
  /** Takes the carrier from an interface, `node:oc0`, or gives it back. */
  unplug(end: Attachment): Promise<void>;
  plug(end: Attachment): Promise<void>;
  /** Loses all that goes to or from an interface while its link stays up, or does so no longer. */
  mute(end: Attachment): Promise<void>;
  unmute(end: Attachment): Promise<void>;
  /** Sends a signal to a ptp4l of the node, by the name of its configuration. */
  signalPtp4l(signal: NodeJS.Signals, config?: string): void;
  /** Transitions of the node's clocks so far, as its agent logged them. */
  changes(): readonly SeenChange[];
  /** What the agent serves; undefined while it does not. */
  metrics(): Promise<readonly MetricLine[] | undefined>;
  /** The newest lines of the agent. */
  lines(): readonly string[];
}
/** Makes the hosts in the lab, joins them, and starts the sources and the agent. */
export declare function createStage(lab: Lab, scenario: Scenario, release: string): Promise<Stage>;
