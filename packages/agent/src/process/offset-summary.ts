/** Collects the offset lines of one process into summaries (`logReduce` enhanced). */
export interface OffsetSummary {
  /** What to print for a line: the line itself, nothing, or a summary. */
  accept(line: string, now: SummaryTime): readonly string[];
  /** The summary of what is pending; empty if nothing is. */
  flush(now: SummaryTime): readonly string[];
}

/** Both clocks: windows are measured on one, the summary is stamped with the other. */
export interface SummaryTime {
  readonly monotonicMs: number;
  readonly unixMs: number;
}

/** What a summary is about. */
export interface OffsetSummaryOptions {
  readonly program: "ptp4l" | "phc2sys";
  /** Message tag with its level, such as `[ptp4l.0.config:6]`. */
  readonly tag: string;
  readonly windowMs: number;
  /** Lines with an offset beyond it are printed; 0: none is. */
  readonly thresholdNs: number;
}

const offsetText = { ptp4l: "master offset", phc2sys: "phc offset" } as const;

/** Creates an empty summary; its first window begins with its first line. */
export function createOffsetSummary({ program, tag, windowMs, thresholdNs }: OffsetSummaryOptions): OffsetSummary {
  const text = offsetText[program];
  const pattern = new RegExp(`${text}\\s+(-?\\d+)`);
  let offsets = emptyStatistics();
  let windowEndMs: number | undefined;
  const flush = (now: SummaryTime): readonly string[] => {
    windowEndMs = now.monotonicMs + windowMs;
    if (offsets.count === 0) return [];
    const summary = `${program}[${(now.unixMs / 1000).toFixed(3)}]: ${tag} ${text} ${statisticsText(offsets)}`;
    offsets = emptyStatistics();
    return [summary];
  };
  return {
    flush,
    accept: (line, now) => {
      const offsetNs = Number(pattern.exec(line)?.[1]);
      if (Number.isNaN(offsetNs)) return [line];
      windowEndMs ??= now.monotonicMs + windowMs;
      if (thresholdNs > 0 && Math.abs(offsetNs) > thresholdNs) return [...flush(now), line];
      addSample(offsets, offsetNs);
      return now.monotonicMs < windowEndMs ? [] : flush(now);
    },
  };
}

/** Running statistics: no sample is kept, so a long window costs nothing. */
interface Statistics {
  count: number;
  min: number;
  max: number;
  mean: number;
  squares: number;
}

function emptyStatistics(): Statistics {
  return { count: 0, min: 0, max: 0, mean: 0, squares: 0 };
}

/** Welford's update: stable where offsets are large and close together. */
function addSample(statistics: Statistics, value: number): void {
  statistics.min = statistics.count === 0 ? value : Math.min(statistics.min, value);
  statistics.max = statistics.count === 0 ? value : Math.max(statistics.max, value);
  statistics.count += 1;
  const delta = value - statistics.mean;
  statistics.mean += delta / statistics.count;
  statistics.squares += delta * (value - statistics.mean);
}

/** A deviation of fewer than two samples is not a number, and says so. */
function statisticsText({ count, min, max, mean, squares }: Statistics): string {
  const deviation = count < 2 ? Number.NaN : Math.sqrt(squares / (count - 1));
  return `summary: cnt=${count}, min=${min}, max=${max}, avg=${mean.toFixed(2)}, SD=${deviation.toFixed(2)}`;
}
