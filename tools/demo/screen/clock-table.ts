import type { NodeClock, NodeProcess } from "@ptp/api";
import type { NodeSnapshot, Snapshot } from "../world/snapshot.ts";

/** What the table needs beside a snapshot. */
export interface TableContext {
  /** Newest offset of a node from its agent's metrics, in nanoseconds; undefined: it has none now. */
  readonly offsetNs: (node: string) => number | undefined;
  /** Names the clock or port behind an identity. */
  readonly describe: (identity: string) => string;
}

const heads = ["node", "profile", "process", "ports", "parent", "offset", "clock", "class", "revision"] as const;

/** The state of all nodes as aligned lines: a head, a row per clock or process, and below why clocks are not LOCKED. */
export function clockTable(snapshot: Snapshot, context: TableContext): readonly string[] {
  const rows = snapshot.nodes.flatMap((node) => nodeRows(node, context));
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [line(heads), ...rows.map(line), ...snapshot.nodes.flatMap(reasons)];
}

function nodeRows(node: NodeSnapshot, context: TableContext): readonly (readonly string[])[] {
  const { processes, clocks } = node.status;
  if (processes.length === 0) return [row(node, { profile: "-", process: "-", clock: undefined }, context)];
  return processes.map((process) => {
    // What an agent told before it went is no news of its clocks.
    if (!node.agentRuns)
      return row(node, { profile: process.profile, process: `${process.key} ?`, clock: undefined }, context);
    const clock = clocks.find(
      ({ config, process: program }) => program === process.program && config.startsWith(`${process.key}.`),
    );
    return row(node, { profile: process.profile, process: processText(process), clock }, context);
  });
}

interface Shown {
  readonly profile: string;
  readonly process: string;
  readonly clock: NodeClock | undefined;
}

function row(node: NodeSnapshot, { profile, process, clock }: Shown, context: TableContext): readonly string[] {
  return [
    node.name,
    profile,
    process,
    clock?.ports.map(({ name, state }) => `${name} ${state}`).join(", ") || "-",
    parentText(clock, context),
    offsetText(node, clock, context),
    clock?.state ?? "-",
    clock?.clockClass?.toString() ?? "-",
    node.status.revision || "-",
  ];
}

/** With the process number as it is on the node, or what is with the process instead. */
function processText({ key, pid, state }: NodeProcess): string {
  return state === "running" && pid !== undefined ? `${key} (${pid})` : `${key} ${state}`;
}

function parentText(clock: NodeClock | undefined, { describe }: TableContext): string {
  const { parentPortIdentity } = clock ?? {};
  if (parentPortIdentity === undefined) return "-";
  return parentPortIdentity.endsWith("-0") ? "itself" : describe(parentPortIdentity);
}

function offsetText(node: NodeSnapshot, clock: NodeClock | undefined, { offsetNs }: TableContext): string {
  const follows = clock?.ports.some(({ state }) => state === "SLAVE" || state === "UNCALIBRATED") === true;
  const value = follows ? (offsetNs(node.name) ?? clock.offsetNs) : undefined;
  return value === undefined ? "-" : `${Math.round(value)} ns`;
}

function reasons(node: NodeSnapshot): readonly string[] {
  if (!node.agentRuns) return [`  ${node.name}: its agent does not run`];
  const refused = node.status.profiles
    .filter(({ outcome }) => outcome === "refused")
    .map(({ name, path, reason }) => `  ${node.name}: ${name} is refused: ${path ?? ""}: ${reason ?? ""}`);
  const unlocked = node.status.clocks
    .filter(({ state }) => state !== "LOCKED")
    .map(({ config, state, cause }) => `  ${node.name}: ${config} is ${state}: ${cause.join("; ")}`);
  return [...refused, ...unlocked, ...node.status.notices.map((notice) => `  ${node.name}: ${notice}`)];
}
