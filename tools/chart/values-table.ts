import { isMap, isScalar, parseDocument, type YAMLMap } from "yaml";

/** One value of the chart. */
export interface ValueRow {
  /** Path with dots. */
  readonly path: string;
  /** Its default as JSON. */
  readonly standard: string;
  readonly description: string;
}

/**
 * Rows of a values file whose comments start descriptions with `# --`: a key with one is a row, a key without one must be a
 * map of such keys. @throws Error naming a key that nobody describes
 */
export function valueRows(text: string): readonly ValueRow[] {
  const { contents } = parseDocument(text);
  if (!isMap(contents)) throw new Error("the values are no map");
  return rowsOf(contents, "", contents.commentBefore ?? "");
}

function rowsOf(map: YAMLMap, prefix: string, firstComment: string): readonly ValueRow[] {
  return map.items.flatMap((item, at) => {
    const { key, value } = item;
    if (!isScalar(key)) throw new Error(`${prefix}: a key is no text`);
    const path = `${prefix}${String(key.value)}`;
    const comment = at === 0 && !key.commentBefore ? firstComment : (key.commentBefore ?? "");
    const description = descriptionIn(comment);
    if (description !== undefined) {
      const standard = JSON.stringify((value as { toJSON: () => unknown } | null)?.toJSON() ?? null);
      return [{ path, standard, description }];
    }
    if (!isMap(value) || value.items.length === 0) throw new Error(`${path} has no description: start one with "# --"`);
    return rowsOf(value, `${path}.`, value.commentBefore ?? "");
  });
}

function descriptionIn(comment: string): string | undefined {
  const lines = comment.split("\n").map((line) => line.trim());
  const start = lines.findLastIndex((line) => line.startsWith("-- "));
  if (start < 0) return undefined;
  return [lines[start]?.slice(3), ...lines.slice(start + 1)].join(" ").trim();
}

/** The rows as a Markdown table. */
export function valuesTable(rows: readonly ValueRow[]): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const lines = rows.map(
    ({ path, standard, description }) => `| \`${path}\` | \`${cell(standard)}\` | ${cell(description)} |`,
  );
  return ["| Value | Default | Meaning |", "| --- | --- | --- |", ...lines].join("\n");
}
