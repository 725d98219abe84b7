import type { NodeProfile } from "@ptp/node";

const names: ReadonlySet<string> = new Set([
  "LocalHoldoverTimeout",
  "LocalMaxHoldoverOffSet",
  "MaxInSpecOffset",
  "clockType",
  "controllingProfile",
  "inSyncConditionThreshold",
  "inSyncConditionTimes",
  "leadingInterface",
  "upstreamPort",
]);

/**
 * Those of `ptpSettings` that a T-GM or T-BC is made of, by name, as a text to compare. What else stands there, such as how
 * much is logged, is no reason for a clock to forget what it knows.
 */
export function clockSettings({ ptpSettings = {} }: Pick<NodeProfile, "ptpSettings">): string {
  const read = Object.entries(ptpSettings).filter(([name]) => names.has(name) || /^(?:clockId\[|dpll\.)/.test(name));
  return JSON.stringify(read.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
