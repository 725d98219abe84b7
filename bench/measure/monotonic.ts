/** Milliseconds of the machine's monotonic clock: the same in all processes, so that they can be compared. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
