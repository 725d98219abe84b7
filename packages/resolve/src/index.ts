export * from "./cluster-snapshot.ts";
export * from "./conflict.ts";
export { whyMatches } from "./match-rules.ts";
export type { MatchRule, MatchSpec } from "./match-rules.ts";
export { bareProfileName, qualifyProfileName } from "./profile-directory.ts";
export * from "./resolution.ts";
export * from "./resolve.ts";
export * from "./resolver.ts";
