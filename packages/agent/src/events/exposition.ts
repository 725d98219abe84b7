/** Names of metrics that the events process may tell; it is not trusted with any other. */
const ownName = /^(?:cne_|ptp_events_)\w*$/;

const comment = /^# (?:HELP|TYPE) (\S+) [^\p{Cc}]*$/u;
const sample = /^(\w+)(?:\{(?:\w+="(?:[^"\\\p{Cc}]|\\.)*",?)*\})? [-+.\deE]+(?:Inf)?$/u;

/** Longest text, in bytes. */
export const maxExpositionBytes = 262_144;

/** The lines of a text of metrics that are well-formed and of the events process's own families. */
export function ownExposition(text: string): string {
  const lines = text.split("\n").filter((line) => ownName.test((comment.exec(line) ?? sample.exec(line))?.[1] ?? ""));
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

/** Reads one line from the events process: a JSON text. Undefined where it is none. */
export function readExposition(line: string): string | undefined {
  try {
    const text: unknown = JSON.parse(line);
    return typeof text === "string" ? ownExposition(text) : undefined;
  } catch {
    return undefined;
  }
}
