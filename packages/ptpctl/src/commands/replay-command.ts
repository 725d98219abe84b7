import type { NodeConfig } from "@ptp/node";
import { plan } from "@ptp/plan";
import { createReplay, type EventValue, type Replay, type ReplayedChange } from "@ptp/truth";
import { readJsonFile } from "../input/read-json-file.ts";
import { readLines } from "../input/read-lines.ts";
import { readNodeProfiles } from "../input/read-node-profiles.ts";
import { readRunIds } from "../input/read-run-ids.ts";
import { exitCodeOf, toJsonLine, type Note, type Outcome, type OutputFormat } from "../outcome.ts";
import type { Surroundings } from "../surroundings.ts";
import { readFacts } from "./host-facts-option.ts";

/** Options of `ptpctl replay`. */
export interface ReplayOptions {
  /** Profiles as JSON. */
  readonly profiles: string;
  /** The recording; `-` for standard input. */
  readonly log: string;
  readonly node: string;
  readonly facts?: string;
  readonly runIds?: string;
  readonly output: OutputFormat;
}

/** `ptpctl replay`: the transitions that an agent would have told of a recording, one line each. */
export async function replayCommand(options: ReplayOptions, surroundings: Surroundings): Promise<Outcome> {
  const { profiles: path, node, log } = options;
  const document = readNodeProfiles(await readJsonFile(path, "--profiles", surroundings), node, `--profiles ${path}`);
  const { profiles } = document;
  const config: NodeConfig = { nodeName: node, profiles, hardware: [], plugins: [], secrets: [] };
  const factsOf = await readFacts(options.facts, node, surroundings);
  const runPlan = plan({ config, facts: factsOf(node), runIds: readRunIds(options.runIds ?? "", profiles) });
  const replay = createReplay({ nodeName: node, plan: runPlan, config });
  const toLine = options.output === "json" ? toJson : toText;
  const lines: string[] = [];
  await readLines(log, surroundings, (line) => {
    for (const change of replay.push(line)) lines.push(toLine(change));
  });
  const outcomes = runPlan.outcomes.flatMap((each) => (each.outcome === "refused" ? [each] : []));
  const refused = [...document.refused, ...outcomes];
  const notes: Note[] = refused.map(({ name, path, reason }) => ({
    severity: "error",
    text: `refused: ${path === "" ? name : `${name}: ${path}`}: ${reason}`,
  }));
  const exitCode = exitCodeOf({ errors: refused.length, warnings: 0, strict: false });
  return { exitCode, stdout: lines.join(""), notes: [...notes, ...missNotes(replay)] };
}

function toJson({ change, events }: ReplayedChange): string {
  const { process, config, iface } = change.clock;
  const { of, from, to, cause } = change;
  const clock = { process, config, iface };
  const what = of === undefined ? {} : { of };
  return toJsonLine({ t: secondsOf(change), clock, ...what, from, to, cause, events: events.map(toEvent) });
}

/** Since when and why is the change's own matter. */
function toEvent(value: EventValue): object {
  const { sinceUnixMs: _sinceUnixMs, cause: _cause, ...event } = value;
  return event;
}

function toText({ change }: ReplayedChange): string {
  const { process, config, iface } = change.clock;
  const of = change.of === undefined ? "" : ` ${change.of}`;
  const clock = `${process} ${iface} (${config})${of}`;
  return `${secondsOf(change).toFixed(3)}  ${clock}  ${change.from} -> ${change.to}: ${change.cause.join("; ")}\n`;
}

function secondsOf({ at }: ReplayedChange["change"]): number {
  return Math.round(at.unixMs) / 1000;
}

function missNotes(replay: Replay): Note[] {
  return [...replay.state().parseMisses].map(([program, count]) => ({
    severity: "hint",
    text: `${count} lines of ${program} have a form that is not known`,
  }));
}
