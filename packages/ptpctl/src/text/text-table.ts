/** A cell of one or more lines. */
export type Cell = string | readonly string[];

/**
 * Columns aligned by spaces, two between them; a cell of several lines makes its row as high. Nothing stands behind the
 * last cell of a line.
 */
export function textTable(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = rows.map((row) => row.map((cell) => (typeof cell === "string" ? [cell] : cell)));
  const widths = header.map((title, column) =>
    lines.reduce(
      (widest, row) => (row[column] ?? []).reduce((width, line) => Math.max(width, line.length), widest),
      title.length,
    ),
  );
  const heads = [header, ...lines.flatMap(toTextLines)];
  return heads.map((cells) => `${pad(cells, widths)}\n`).join("");
}

function toTextLines(row: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const height = row.reduce((highest, cell) => Math.max(highest, cell.length), 1);
  return Array.from({ length: height }, (_, at) => row.map((cell) => cell[at] ?? ""));
}

function pad(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join("  ")
    .trimEnd();
}
