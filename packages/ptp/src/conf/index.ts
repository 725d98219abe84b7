export * from "./check-conf.ts";
export type { ConfTarget } from "./check-option.ts";
export * from "./check-opts.ts";
export { isInterfaceName } from "./check-section.ts";
export * from "./document.ts";
export {
  appendEntries,
  ensureSection,
  getOption,
  getOptions,
  removeOption,
  sectionEntries,
  setOption,
} from "./edit-conf.ts";
export * from "./finding.ts";
export * from "./infer-clock-type.ts";
export * from "./merge-conf.ts";
export { nearestName } from "./nearest-name.ts";
export * from "./normalise-conf.ts";
export type { ConfProgram, LinuxptpRelease, OptionScope, OptionSpec, ValueSpec } from "./option-spec.ts";
export { linuxptpReleases } from "./option-spec.ts";
export type { NearestRelease, OptionTable } from "./option-table.ts";
export { nearestRelease, optionTable } from "./option-table.ts";
export * from "./parse-conf.ts";
export * from "./parse-opts.ts";
export * from "./port-roles.ts";
export * from "./render-conf.ts";
export * from "./security-associations.ts";
