const duration = /^[+-]?(0|((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)$/;

/** True for a duration as Go writes it: `30s`, `1m30s`, `1.5h`, `0`. Such texts stand in existing settings. */
export function isGoDuration(text: string): boolean {
  return duration.test(text);
}
