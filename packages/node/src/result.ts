/** What became of one profile: its processes were started, or it was refused and nothing of it was changed. */
export type ProfileOutcome =
  | { readonly name: string; readonly outcome: "applied" }
  | {
      readonly name: string;
      readonly outcome: "refused";
      /** Field within the profile, such as `ptp4lConf` or `ptp4lConf[global].domainNumber`. */
      readonly path: string;
      /** What is wrong and what to change, for people. */
      readonly reason: string;
    };

/** Why nothing of a config could be used. */
export type RefusalKind = "undecodable" | "wrong-node" | "unsupported-protocol" | "not-persisted";

/** An agent's answer to one NodeConfig, sent once, after it was persisted, planned and its actions issued. */
export interface Result {
  readonly revision: string;
  readonly profiles: readonly ProfileOutcome[];
  /** Set if the whole was refused; `profiles` is empty then. */
  readonly refusal?: { readonly kind: RefusalKind; readonly reason: string };
}
