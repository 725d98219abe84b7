/** The network cards of a test machine. Interfaces are `sim0`, `sim1`, …; each even one has a cable to the next. */
export interface MachineOptions {
  /** Number of cables. */
  readonly pairs: number;
  /** Number of the hardware clock of each interface; default: each has its own, with its own number. */
  readonly clocks?: readonly number[];
  /** How much too fast each clock runs by itself, in parts per billion; default 0. */
  readonly driftPpb?: readonly number[];
  /** Largest error of a timestamp, in nanoseconds; default 4. */
  readonly noiseNs?: number;
}

/** The parameters that ptpsim is loaded with. */
export function ptpsimParameters({ pairs, clocks, driftPpb, noiseNs }: MachineOptions): string {
  return [
    `pairs=${pairs}`,
    ...(clocks === undefined ? [] : [`clocks=${clocks.join()}`]),
    ...(driftPpb === undefined ? [] : [`drift_ppb=${driftPpb.join()}`]),
    ...(noiseNs === undefined ? [] : [`noise_ns=${noiseNs}`]),
  ].join(" ");
}
