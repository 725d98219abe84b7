import type { Finding, Findings } from "../findings/finding.ts";
import { nearestName } from "@ptp/ptp";
import { elementPath } from "../findings/path.ts";
import type { HardwareConfig } from "../gen/types.ts";
import { checkClockChain } from "../hardware/check-clock-chain.ts";
import { collect } from "./collect.ts";
import type { AdmissionContext } from "./context.ts";
import { profileNames } from "./resolve-profile-name.ts";

const clockTypes = ["T-BC", "T-GM", "APTS"];
const conditionTypes = ["default", "init", "locked", "lost"];

/**
 * Judges a structurally valid HardwareConfig. Errors: the rules of its clock chain. Warnings: free-text fields with
 * words no agent knows, and a related profile that does not exist yet.
 */
export function admitHardwareConfig(config: HardwareConfig, context: AdmissionContext = {}): Findings {
  const { spec } = config;
  if (spec === undefined) return { errors: [], warnings: [] };
  const errors = checkClockChain(spec.profile.clockChain, "spec.profile.clockChain");
  const warnings = [...checkClockType(config), ...checkRelatedProfile(config, context), ...checkConditionTypes(config)];
  return collect([{ errors, warnings }]);
}

function checkClockType({ spec }: HardwareConfig): readonly Finding[] {
  return unknownWord(spec?.profile.clockType, clockTypes, "spec.profile.clockType");
}

function checkRelatedProfile({ spec }: HardwareConfig, { ptpConfigs }: AdmissionContext): readonly Finding[] {
  const name = spec?.relatedPtpProfileName ?? "";
  const path = "spec.relatedPtpProfileName";
  if (name === "") return [{ path, message: "without relatedPtpProfileName this object is applied nowhere" }];
  if (ptpConfigs === undefined) return [];
  const names = ptpConfigs.flatMap(profileNames);
  if (names.includes(name)) return [];
  const suggestion = nearestName(name, names);
  const message = `no PtpConfig defines a profile "${name}"; until one does, this object is applied nowhere`;
  return [{ path, message, got: name, ...(suggestion === undefined ? {} : { suggestion }) }];
}

function checkConditionTypes({ spec }: HardwareConfig): readonly Finding[] {
  return (spec?.profile.clockChain.behavior?.conditions ?? []).flatMap(({ triggers }, index) =>
    triggers.flatMap(({ conditionType }, at) => {
      const condition = elementPath("spec.profile.clockChain.behavior.conditions", index);
      return unknownWord(conditionType, conditionTypes, `${elementPath(`${condition}.triggers`, at)}.conditionType`);
    }),
  );
}

function unknownWord(word: string | undefined, known: readonly string[], path: string): readonly Finding[] {
  if (word === undefined || word === "" || known.includes(word)) return [];
  const suggestion = nearestName(word, known);
  const expected = known.join(", ");
  return [
    {
      path,
      message: `"${word}" has no effect; use one of ${expected}`,
      expected,
      got: word,
      ...(suggestion === undefined ? {} : { suggestion }),
    },
  ];
}
