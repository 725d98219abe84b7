import { byBytes } from "@ptp/node";
import type { Conflict } from "./conflict.ts";
import type { ParsedHardware } from "./hardware.ts";
import type { QualifiedProfile } from "./link.ts";

/** A HardwareConfig in use on a node and the qualified profile it applies to. */
export interface AppliedHardware {
  readonly profile: string;
  readonly hardware: ParsedHardware;
}

/** Finds what the profiles and HardwareConfigs of one node dispute; both come in the order of their names. */
export function findConflicts(
  profiles: readonly QualifiedProfile[],
  applied: readonly AppliedHardware[],
): readonly Conflict[] {
  return [...interfaceConflicts(profiles), ...systemClockConflicts(profiles), ...hardwareConflicts(applied)];
}

function interfaceConflicts(profiles: readonly QualifiedProfile[]): readonly Conflict[] {
  const claims = profiles.flatMap(({ parsed, profile }) =>
    parsed.interfaces.map((subject) => ({ subject, party: profile.name })),
  );
  return disputes(claims).map(([subject, parties]) => ({
    kind: "interface",
    subject,
    parties,
    message: `ptp4l of ${parties.join(" and ")} open a port on ${subject}; leave the interface to one of them`,
  }));
}

function systemClockConflicts(profiles: readonly QualifiedProfile[]): readonly Conflict[] {
  const parties = profiles.filter(({ parsed }) => parsed.setsSystemClock).map(({ profile }) => profile.name);
  if (parties.length < 2) return [];
  const message =
    `phc2sys of ${parties.join(" and ")} all set the system clock; empty phc2sysOpts of all but one, or let one ` +
    "profile follow the others through haProfiles";
  return [{ kind: "system-clock", subject: "CLOCK_REALTIME", parties, message }];
}

function hardwareConflicts(applied: readonly AppliedHardware[]): readonly Conflict[] {
  const perProfile = applied.map(({ profile, hardware }) => ({ subject: profile, party: hardware.ref.key }));
  const perPort = applied.flatMap(({ hardware }) =>
    hardware.claims.map((subject) => ({ subject, party: hardware.ref.key })),
  );
  return [...disputes(perProfile), ...disputes(perPort)].map(([subject, parties]) => ({
    kind: "hardware",
    subject,
    parties,
    message: `${parties.join(" and ")} both configure ${subject}; keep one of them`,
  }));
}

/** The subjects that more than one party claims, in the order of their names. */
function disputes(claims: readonly { readonly subject: string; readonly party: string }[]) {
  const bySubject = Map.groupBy(claims, ({ subject }) => subject);
  return [...bySubject]
    .map(([subject, list]) => [subject, [...new Set(list.map(({ party }) => party))]] as const)
    .filter(([, parties]) => parties.length > 1)
    .sort(([a], [b]) => byBytes(a, b));
}
