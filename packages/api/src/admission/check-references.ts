import type { Finding, Findings } from "../findings/finding.ts";
import { nearestName } from "@ptp/ptp";
import { elementPath } from "../findings/path.ts";
import type { PtpConfig, PtpProfile } from "../gen/types.ts";
import type { AdmissionContext } from "./context.ts";
import { profileNames, resolveProfileName, resolveReference } from "./resolve-profile-name.ts";
import type { ProfileResolution } from "./resolve-profile-name.ts";

/**
 * References from this object to profiles. While the other objects are not known, a recommendation must name a profile
 * of this object, and haProfiles and controllingProfile, which usually name another object's, are not judged.
 */
export function checkReferences(config: PtpConfig, context: AdmissionContext): Findings {
  const { ptpConfigs } = context;
  const recommendations = (config.spec?.recommend ?? []).flatMap(({ profile }, index) => {
    const found = resolveProfileName(profile, config, ptpConfigs);
    const resolution: ProfileResolution = found.type === "unknown" ? { type: "missing" } : found;
    return describe(resolution, profile, `${elementPath("spec.recommend", index)}.profile`, config);
  });
  const settings = (config.spec?.profile ?? []).flatMap((profile, index) => {
    const path = `${elementPath("spec.profile", index)}.ptpSettings`;
    return referencesOf(profile).flatMap(({ key, name }) =>
      describe(resolveReference(name, config, ptpConfigs), name, `${path}.${key}`, config),
    );
  });
  return context.ptpConfigsArePartial === true
    ? { errors: recommendations, warnings: settings }
    : { errors: [...recommendations, ...settings], warnings: [] };
}

function referencesOf({ ptpSettings }: PtpProfile): readonly { readonly key: string; readonly name: string }[] {
  const controlling = ptpSettings?.["controllingProfile"] ?? "";
  const ha = (ptpSettings?.["haProfiles"] ?? "").split(",").map((name) => name.trim());
  return [
    ...(controlling === "" ? [] : [{ key: "controllingProfile", name: controlling }]),
    ...ha.filter((name) => name !== "").map((name) => ({ key: "haProfiles", name })),
  ];
}

function describe(resolution: ProfileResolution, name: string, path: string, config: PtpConfig): readonly Finding[] {
  switch (resolution.type) {
    case "found":
    case "unknown":
      return [];
    case "ambiguous": {
      const owners = resolution.owners.join(", ");
      return [
        { path, message: `profile "${name}" is defined by several PtpConfigs (${owners}); rename one`, got: name },
      ];
    }
    case "missing": {
      const suggestion = nearestName(name, profileNames(config));
      const hint = suggestion === undefined ? "define it or correct the name" : `did you mean "${suggestion}"?`;
      return [
        {
          path,
          message: `no profile is named "${name}"; ${hint}`,
          got: name,
          ...(suggestion === undefined ? {} : { suggestion }),
        },
      ];
    }
  }
}
