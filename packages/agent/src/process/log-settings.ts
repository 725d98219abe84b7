import { RE2JS } from "re2js";

/** How `ptpSettings` wants a profile's lines printed. Metrics and events see every line regardless. */
export interface LogSettings {
  /** True: a line matches `stdoutFilter` and is not printed. */
  readonly isFiltered: (line: string) => boolean;
  readonly reduce: LogReduction;
  /** What was wrong with the settings, for people. */
  readonly warnings: readonly string[];
}

/** The `logReduce` setting: `<mode> [window] [threshold]`. */
export type LogReduction =
  | { readonly mode: "off" }
  /** Offset lines of ptp4l are not printed. */
  | { readonly mode: "basic" }
  /** Offset lines become one summary per window; an offset beyond the threshold (0: none) is printed. */
  | { readonly mode: "enhanced"; readonly windowMs: number; readonly thresholdNs: number };

const defaultWindowMs = 30_000;
const fallbackWindowMs = 1_000;

/** Reads `stdoutFilter` (RE2 syntax) and `logReduce`; what cannot be read has no effect but a warning. */
export function readLogSettings(settings: Readonly<Record<string, string>> = {}): LogSettings {
  const warnings: string[] = [];
  const isFiltered = readFilter(settings["stdoutFilter"] ?? "", warnings);
  return { isFiltered, reduce: readReduction(settings["logReduce"] ?? "", warnings), warnings };
}

function readFilter(pattern: string, warnings: string[]): (line: string) => boolean {
  if (pattern === "") return () => false;
  try {
    const compiled = RE2JS.compile(pattern);
    return (line) => compiled.matcher(line).find();
  } catch (error) {
    warnings.push(`ptpSettings.stdoutFilter is not an RE2 expression and is ignored: ${String(error)}`);
    return () => false;
  }
}

function readReduction(text: string, warnings: string[]): LogReduction {
  const [mode = "", window, threshold] = text.trim().toLowerCase().split(/\s+/);
  if (mode === "true" || mode === "basic") return { mode: "basic" };
  if (mode !== "enhanced") {
    if (mode !== "" && mode !== "false") {
      warnings.push(`ptpSettings.logReduce "${text}" is none of false, true, basic, enhanced and is ignored`);
    }
    return { mode: "off" };
  }
  const windowMs = window === undefined ? defaultWindowMs : goDurationMs(window);
  if (windowMs === undefined) {
    warnings.push(`ptpSettings.logReduce window "${window}" is not a duration such as 30s; 1s is used`);
  }
  const thresholdNs = Number(threshold ?? 0);
  if (!Number.isInteger(thresholdNs) || thresholdNs < 0) {
    warnings.push(`ptpSettings.logReduce threshold "${threshold}" is not a number of nanoseconds; none is used`);
  }
  return {
    mode: "enhanced",
    windowMs: windowMs ?? fallbackWindowMs,
    thresholdNs: Number.isInteger(thresholdNs) ? Math.max(0, thresholdNs) : 0,
  };
}

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds of a duration in Go's notation, such as `1m30s`; undefined if it is none or not positive. */
export function goDurationMs(text: string): number | undefined {
  const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g;
  const parts = [...text.matchAll(part)];
  if (parts.map(([whole]) => whole).join("") !== text.replace(/^\+/, "")) return undefined;
  const sum = parts.reduce((total, [, value = "", unit = ""]) => total + Number(value) * (unitMs[unit] ?? 0), 0);
  return sum > 0 ? sum : undefined;
}
