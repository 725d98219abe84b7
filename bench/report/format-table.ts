import { isMet, targetText, type Measurement } from "./measurement.ts";
import { summarize } from "./summary.ts";

const header = ["what", "unit", "n", "p50", "p99", "min", "max", "target", "met"] as const;
/** These columns hold numbers. */
const rightAligned = new Set([2, 3, 4, 5, 6]);

/** Measurements as a table for people; notes stand below it. */
export function formatTable(measurements: readonly Measurement[]): string {
  const rows = [header, ...measurements.map(rowOf)];
  const widths = header.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const lines = rows.map((row) => row.map((cell, column) => pad(cell, widths[column] ?? 0, column)).join("  "));
  const notes = measurements.flatMap(({ name, note }) => (note === undefined ? [] : [`  ${name}: ${note}`]));
  return [...lines.map((line) => line.trimEnd()), ...notes].join("\n");
}

function rowOf(measurement: Measurement): readonly string[] {
  const { n, p50, p99, min, max } = summarize(measurement.samples);
  const spread = n === 1 ? [numberText(p50), "", "", ""] : [p50, p99, min, max].map(numberText);
  const met = isMet(measurement);
  const verdict = met === undefined ? "" : met ? "yes" : "NO";
  return [measurement.name, measurement.unit, String(n), ...spread, targetText(measurement), verdict];
}

function pad(cell: string, width: number, column: number): string {
  return rightAligned.has(column) ? cell.padStart(width) : cell.padEnd(width);
}

/** Three significant digits, whole numbers above 100. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return "-";
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
