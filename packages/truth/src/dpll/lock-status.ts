/** Lock status of one DPLL device, in the words of the kernel's dpll netlink; `unknown`: not told. */
export type DpllLockStatus = "unknown" | "invalid" | "unlocked" | "locked" | "locked-ho-acq" | "holdover";

/** Values of `openshift_ptp_frequency_status` and `openshift_ptp_phase_status`. */
export const lockStatusCode: Readonly<Record<DpllLockStatus, number>> = {
  unknown: -1,
  invalid: 0,
  unlocked: 1,
  locked: 2,
  "locked-ho-acq": 3,
  holdover: 4,
};

/** What a DPLL lacks, so that nothing is made of it (`dpll.<interface>.flags`). */
export interface DpllFlags {
  readonly noPhaseOffset: boolean;
  readonly noPhaseStatus: boolean;
  readonly noFrequencyStatus: boolean;
}

/** Reads the bit mask: 1 no phase offset, 2 no phase status, 4 no frequency status; anything else counts as 0. */
export function dpllFlags(text: string | undefined): DpllFlags {
  const mask = text !== undefined && /^[0-7]$/.test(text) ? Number(text) : 0;
  return {
    noPhaseOffset: (mask & 1) !== 0,
    noPhaseStatus: (mask & 2) !== 0,
    noFrequencyStatus: (mask & 4) !== 0,
  };
}

/** Worst first. */
const order: readonly DpllLockStatus[] = ["unknown", "invalid", "unlocked", "holdover", "locked", "locked-ho-acq"];

/** What phase (PPS) and frequency (EEC) status amount to: the worse one, or the one that counts alone. */
export function effectiveStatus(
  { eec, pps }: { readonly eec: DpllLockStatus; readonly pps: DpllLockStatus },
  flags: DpllFlags,
  source: "gnss" | "pps" | "ptp4l",
): DpllLockStatus {
  if (source === "ptp4l" || flags.noFrequencyStatus) return pps;
  if (flags.noPhaseStatus) return eec;
  return order.indexOf(pps) < order.indexOf(eec) ? pps : eec;
}

const statusByCode: ReadonlyMap<number, DpllLockStatus> = new Map(
  (Object.keys(lockStatusCode) as DpllLockStatus[]).map((status) => [lockStatusCode[status], status]),
);

/** The status with that value; any other number is unknown. */
export function lockStatusFromCode(code: number): DpllLockStatus {
  return statusByCode.get(code) ?? "unknown";
}
