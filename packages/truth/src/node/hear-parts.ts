import type { DpllStatus, GnssStatus, LogFact, UbxStatusFact } from "@ptp/ptp";
import type { DpllObservation } from "../dpll/dpll-clock.ts";
import { lockStatusFromCode } from "../dpll/lock-status.ts";
import { gnssFixFromCode, type GnssObservation } from "../gnss/gnss-receiver.ts";
import type { SynceObservation } from "../synce/synce-device.ts";
import type { ChronyObservation } from "../system/chrony-clock.ts";
import type { Ts2phcObservation } from "../tgm/ts2phc-clock.ts";

/** What a line of ts2phc tells its machine; undefined: nothing. */
export function hearTs2phc(fact: LogFact): Ts2phcObservation | undefined {
  if (fact.kind === "source-fault") return { kind: "source-fault", fault: fact.fault };
  if (fact.kind !== "offset" || fact.clock === undefined) return undefined;
  const { clock, offsetNs, servo, holdover } = fact;
  const isLocked = servo === "s2" || servo === "s3";
  return { kind: "sample", clock, offsetNs, holdover, ...(servo !== undefined && { locked: isLocked }) };
}

/**
 * What a line of synce4l tells the machine of that device; undefined: nothing, or another device's. A state that names an
 * interface alone is that of the device the interface belongs to.
 */
export function hearSynce4l(
  fact: LogFact,
  device: { readonly name: string; readonly interfaces: readonly string[] },
): SynceObservation | undefined {
  if (fact.kind === "quality-level") {
    const { kind, interfaceName, extended, qualityLevel } = fact;
    return device.interfaces.includes(interfaceName) ? { kind, interfaceName, extended, qualityLevel } : undefined;
  }
  if (fact.kind !== "eec-state") return undefined;
  const { state, externalSource, interfaceName } = fact;
  const isMine = fact.device === device.name || device.interfaces.includes(interfaceName ?? "");
  return isMine ? { kind: "eec-state", state, ...(externalSource !== undefined && { externalSource }) } : undefined;
}

/** What a line of chronyd tells its machine; undefined: nothing. */
export function hearChronyd(fact: LogFact): ChronyObservation | undefined {
  if (fact.kind !== "source-selection") return undefined;
  return fact.source === undefined
    ? { kind: "no-source", detail: "chronyd has no selectable source" }
    : { kind: "selected", source: fact.source };
}

/** What a receiver, or a recording of the existing daemon, tells of GNSS. */
export function hearGnss(fact: UbxStatusFact | GnssStatus): GnssObservation {
  switch (fact.kind) {
    case "gnss-fix":
      return { kind: "status", fix: gnssFixFromCode(fact.fix) };
    case "gnss-time-accuracy":
      return { kind: "status", timeAccuracyNs: fact.accuracyNs };
    case "gnss-status": {
      const { antenna, offsetNs: timeAccuracyNs } = fact;
      const fix = gnssFixFromCode(fact.fix);
      return { kind: "status", fix, timeAccuracyNs, ...(antenna !== undefined && { antenna }) };
    }
  }
}

/** That daemon's way to say that it knows no offset. */
const noOffsetNs = 99_999_999_999;

/** What a recording of the existing daemon tells of a DPLL. */
export function hearDpll({ frequencyStatus, phaseStatus, offsetNs }: DpllStatus): DpllObservation {
  return {
    kind: "status",
    eec: lockStatusFromCode(frequencyStatus),
    pps: lockStatusFromCode(phaseStatus),
    ...(offsetNs !== noOffsetNs && { phaseOffsetNs: offsetNs }),
  };
}
