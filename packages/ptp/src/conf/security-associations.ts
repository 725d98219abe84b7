import { parseInteger } from "./check-value.ts";
import type { ConfDocument } from "./document.ts";
import { getOption, getOptions } from "./edit-conf.ts";
import { sectionKind } from "./document.ts";
import { normaliseConf } from "./normalise-conf.ts";
import { parseConf } from "./parse-conf.ts";

/** What a ptp4l configuration says about authentication of PTP messages (IEEE 1588-2019 16.14). */
export interface AuthenticationFacts {
  /** Path of the file with the keys, from `[global]`; absent: not set. */
  readonly saFile?: string;
  /** Line of that option; 0 when absent. */
  readonly saFileLine: number;
  /** `spp` of `[global]` as written; absent: not set. */
  readonly globalSpp?: string;
  /** Per interface section, in order: its own `spp` as written, absent if it has none, and where it stands. */
  readonly ports: readonly { readonly section: string; readonly spp?: string; readonly line: number }[];
}

/** Collects `sa_file` and `spp` of a ptp4l configuration; judges nothing. */
export function authenticationFacts(ptp4lConf: ConfDocument): AuthenticationFacts {
  const saFile = getOptions(ptp4lConf, "global", "sa_file").at(-1);
  const globalSpp = getOption(ptp4lConf, "global", "spp");
  const ports = normaliseConf(ptp4lConf)
    .sections.filter((section) => sectionKind(section.name) === "interface")
    .map(({ name, line, entries }) => {
      const option = entries.findLast((entry) => entry.kind === "option" && entry.key === "spp");
      if (option?.kind !== "option") return { section: name, line };
      return { section: name, spp: option.value ?? "", line: option.line };
    });
  return {
    ...(saFile === undefined ? {} : { saFile: saFile.value ?? "" }),
    saFileLine: saFile?.line ?? 0,
    ...(globalSpp === undefined ? {} : { globalSpp }),
    ports,
  };
}

/**
 * The numbers of the security associations in the text of a key file, for `knownSpp` of `checkConf`.
 * Only `spp` lines are looked at; keys are neither read nor kept.
 */
export function securityAssociations(text: string): ReadonlySet<number> {
  const { conf } = parseConf(text);
  const numbers = [conf.preamble, ...conf.sections.map((section) => section.entries)]
    .flat()
    .map((entry) =>
      entry.kind === "option" && entry.key.toLowerCase() === "spp" ? parseInteger(entry.value ?? "") : undefined,
    )
    .filter((spp) => spp !== undefined && spp >= 0n && spp <= 255n)
    .map(Number);
  return new Set(numbers);
}
