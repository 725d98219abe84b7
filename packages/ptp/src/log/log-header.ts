/** What linuxptp writes in front of every line. */
export interface LogHeader {
  /** Program name as printed. */
  readonly program: string;
  /** Seconds of CLOCK_MONOTONIC. */
  readonly uptimeS: number;
  readonly configName?: string;
  readonly severity?: number;
  /** The rest of the line, trimmed. */
  readonly text: string;
}

/** Longer lines are nobody's: linuxptp's own buffer is far smaller. */
const maxLineLength = 4096;

const stamp = /^([\w.-]{1,32})\[(\d{1,16}(?:\.\d{1,9})?)\]:/;
const bracketed = /^\[([^\]]{1,255})\]/;
const bare = /^[\w.-]{1,200}\.(?:config|conf|cfg)(?::\d|:\{level\})?(?= )/;
const withSeverity = /^(.*):(?:(\d)|\{level\})$/;

/** Takes `PROGRAM[UPTIME]: TAG text` apart; undefined for a line without that stamp. */
export function parseLogHeader(line: string): LogHeader | undefined {
  if (line.length > maxLineLength) return undefined;
  const match = stamp.exec(line);
  if (match === null) return undefined;
  const rest = line.slice(match[0].length).trim();
  const tag = bracketed.exec(rest) ?? bare.exec(rest);
  const text = tag === null ? rest : rest.slice(tag[0].length).trimStart();
  return {
    program: match[1] ?? "",
    uptimeS: Number(match[2]),
    ...(tag === null ? {} : parseMessageTag(tag[1] ?? tag[0])),
    text,
  };
}

/**
 * Reads the inside of a message tag: `ptp4l.0.config`, `ptp4l.0.config:6`, or with the `{level}` that linuxptp before
 * 4.0 leaves as it stands.
 */
export function parseMessageTag(tag: string): { readonly configName: string; readonly severity?: number } {
  const match = withSeverity.exec(tag);
  if (match === null) return { configName: tag };
  const configName = match[1] ?? "";
  return match[2] === undefined ? { configName } : { configName, severity: Number(match[2]) };
}
