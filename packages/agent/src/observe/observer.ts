import type { ClockReport, NodeConfig, ProcessReport } from "@ptp/node";
import type { RunPlan } from "@ptp/plan";
import type { HardwareReading } from "../host/readings-port.ts";
import type { LeapObservation, NodeView, RunChoices } from "@ptp/truth";

/** What watches the clocks of what runs: told of plans, lines and processes, it knows the state of each clock. */
export interface Observer {
  /** A plan is in force: watch its instances, forget the others. */
  onPlan(plan: RunPlan, config: NodeConfig): void;
  /** A program wrote a line. */
  onLine(key: string, line: string): void;
  onProcessChange(report: ProcessReport): void;
  /** A list or a receiver told something of leap seconds. */
  onLeap(observation: LeapObservation): void;
  /** A DPLL or a receiver told its state. */
  onReading(reading: HardwareReading): void;
  /** The state of all clocks now. */
  view(): NodeView;
  clocks(): readonly ClockReport[];
  /** What the clocks decide of what runs. */
  choices(): RunChoices;
  /** Ends all watching. It hears nothing any more from the call on; resolves when nothing is asked any more either. */
  stop(): Promise<void>;
}
