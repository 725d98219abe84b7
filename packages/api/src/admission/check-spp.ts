import { sectionKind } from "@ptp/ptp";
import type { ConfOption, ConfSection } from "@ptp/ptp";
import type { Finding } from "../findings/finding.ts";
import type { ProfileView } from "./profile-view.ts";

/** `spp` switches authentication off in `[global]` (-1) and names a security association, 0 to 255, in a section. */
export function checkSpp({ path, ptp4l }: ProfileView): readonly Finding[] {
  return ptp4l.conf.sections.flatMap((section) =>
    sppLines(section).flatMap((option) => checkLine(section, option, `${path}.ptp4lConf`)),
  );
}

function sppLines({ entries }: ConfSection): readonly ConfOption[] {
  return entries.filter((entry): entry is ConfOption => entry.kind === "option" && entry.key === "spp");
}

function checkLine(section: ConfSection, { line, value = "" }: ConfOption, path: string): readonly Finding[] {
  if (sectionKind(section.name) === "global") {
    if (value === "-1") return [];
    const message = `spp in [global] section must be -1, got "${value}"; set spp in the section of the port`;
    return [{ path, line, message, expected: "-1", got: value }];
  }
  if (isSpp(value)) return [];
  const message = `spp in section [${section.name}] must be between 0 and 255, got "${value}"`;
  return [{ path, line, message, expected: "0 to 255", got: value }];
}

function isSpp(text: string): boolean {
  return /^\+?\d{1,20}$/.test(text) && Number(text) <= 255;
}
