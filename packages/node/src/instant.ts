/**
 * One moment, read once at the rim and passed down. Timers and ages use `monotonicMs` (CLOCK_MONOTONIC, never stepped);
 * `unixMs` is the system clock's opinion and serves people only: it may be wrong by any amount while PTP is acquiring.
 */
export interface Instant {
  readonly monotonicMs: number;
  readonly unixMs: number;
}
