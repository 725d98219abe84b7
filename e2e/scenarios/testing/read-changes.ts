/** A transition as an agent logged it. */
export interface SeenChange {
  readonly atUnixMs: number;
  /** `ptp4l.0.config`. */
  readonly config: string;
  readonly from: string;
  readonly to: string;
  readonly cause: string;
}

/** The transitions among an agent's lines, in order; the lines of its programs are passed over. */
export function readChanges(lines: readonly string[]): readonly SeenChange[] {
  return lines.flatMap((line) => {
    if (!line.startsWith("{") || !line.includes('"clock state changed"')) return [];
    const { timestamp, config, from, to, cause }: Record<string, string> = JSON.parse(line);
    return [{ atUnixMs: Date.parse(timestamp ?? ""), config, from, to, cause } as SeenChange];
  });
}
