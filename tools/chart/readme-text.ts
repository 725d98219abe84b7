import { format } from "prettier";
import { valueRows, valuesTable } from "./values-table.ts";

const heading = "## Values\n";
/** Longer defaults are read in values.yaml. */
const longestDefault = 40;

/** The chart's README with its last section, the table of values, made anew from values.yaml. */
export async function readmeText(readme: string, values: string): Promise<string> {
  const start = readme.indexOf(heading);
  if (start < 0) throw new Error(`the README has no line "${heading.trim()}"`);
  const rows = valueRows(values).map((row) => (row.standard.length > longestDefault ? { ...row, standard: "…" } : row));
  return format(`${readme.slice(0, start)}${heading}\n${valuesTable(rows)}\n`, { parser: "markdown", printWidth: 120 });
}
