import type { RunPlan } from "@ptp/plan";
import type { Note } from "../outcome.ts";

/** Remarks on profiles that are planned, for stderr. */
export function planNotes({ notices = [], hardwareUnsupported = [] }: RunPlan): readonly Note[] {
  const remarks = notices.map(({ profile, path, message }) => [profile, path, message].filter(Boolean).join(": "));
  const unsupported = hardwareUnsupported.map(
    ({ profile, needs }) => `${profile}: needs hardware settings that are not supported yet: ${needs.join(", ")}`,
  );
  return [...remarks, ...unsupported].map((text) => ({ severity: "warning", text }));
}
