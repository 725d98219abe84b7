import { sectionKind } from "@ptp/ptp";
import type { Finding } from "../findings/finding.ts";
import type { ProfileView } from "./profile-view.ts";

/** With the single-port shortcut `interface`, ptp4lConf may hold only `[global]` and that interface's section. */
export function checkInterface({ profile, path, ptp4l }: ProfileView): readonly Finding[] {
  const name = profile.interface ?? "";
  if (name === "") return [];
  return ptp4l.conf.sections
    .filter((section) => sectionKind(section.name) !== "global" && section.name !== name)
    .map((section) => ({
      path: `${path}.ptp4lConf`,
      line: section.line,
      message:
        `interface is "${name}", so ptp4lConf may hold only [global] and [${name}]; ` +
        `remove section [${section.name}] or the field interface`,
      expected: `[global] or [${name}]`,
      got: `[${section.name}]`,
    }));
}
