import type { Finding, Findings } from "../findings/finding.ts";
import { elementPath } from "../findings/path.ts";
import type { PtpConfig } from "../gen/types.ts";
import { checkAuthentication } from "./check-authentication.ts";
import { checkConfTexts } from "./check-conf-texts.ts";
import { checkHighAvailability } from "./check-high-availability.ts";
import { checkInterface } from "./check-interface.ts";
import { checkMatches } from "./check-matches.ts";
import { checkPlugins } from "./check-plugins.ts";
import { checkReferences } from "./check-references.ts";
import { checkSettings } from "./check-settings.ts";
import { checkSpp } from "./check-spp.ts";
import { checkThresholds } from "./check-thresholds.ts";
import { collect } from "./collect.ts";
import type { AdmissionContext } from "./context.ts";
import { profileView } from "./profile-view.ts";
import type { ProfileView } from "./profile-view.ts";

/**
 * Judges a structurally valid PtpConfig. Errors: what can never work as written (unreadable configuration text, broken
 * rules between fields, references nobody answers). Warnings: what depends on the node (options and plugins it may
 * not know) or works otherwise than people expect. Profiles come in order, then recommendations.
 */
export function admitPtpConfig(config: PtpConfig, context: AdmissionContext = {}): Findings {
  const profiles = (config.spec?.profile ?? []).map((profile, index) =>
    admitProfile(profileView(profile, elementPath("spec.profile", index)), config, context),
  );
  return collect([
    ...profiles,
    { errors: [], warnings: checkNames(config) },
    checkReferences(config, context),
    { errors: [], warnings: checkMatches(config, context) },
  ]);
}

function admitProfile(view: ProfileView, config: PtpConfig, context: AdmissionContext): Findings {
  const rules = [
    ...checkInterface(view),
    ...checkSpp(view),
    ...checkScheduling(view),
    ...checkSettings(view),
    ...checkHighAvailability(view, config),
    ...checkAuthentication(view, config, context),
  ];
  return collect([
    { errors: rules, warnings: [...checkPlugins(view), ...checkThresholds(view)] },
    checkConfTexts(view, context),
  ]);
}

function checkScheduling({ profile, path }: ProfileView): readonly Finding[] {
  if (profile.ptpSchedulingPolicy !== "SCHED_FIFO" || profile.ptpSchedulingPriority !== undefined) return [];
  return [
    {
      path: `${path}.ptpSchedulingPriority`,
      message: "PtpSchedulingPriority must be set, from 1 to 65, when ptpSchedulingPolicy is SCHED_FIFO",
    },
  ];
}

function checkNames(config: PtpConfig): readonly Finding[] {
  const seen = new Set<string>();
  return (config.spec?.profile ?? []).flatMap(({ name }, index) => {
    const path = `${elementPath("spec.profile", index)}.name`;
    if (name === "") return [{ path, message: "a profile without a name cannot be recommended; give it one" }];
    const repeated = seen.has(name);
    seen.add(name);
    if (!repeated) return [];
    return [{ path, message: `profile "${name}" is defined twice in this object; rename one`, got: name }];
  });
}
