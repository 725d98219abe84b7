import type { IssuedConfig, RefusedProfile, Result } from "@ptp/node";

/** A config as a source hands it over. */
export interface ConfigOffer {
  readonly issued: IssuedConfig;
  /** Profiles that the source could not read: to be reported as refused; each goes on as it last ran. */
  readonly dropped: readonly RefusedProfile[];
  /** Takes the one answer; not called if a newer offer overtook this one. */
  readonly answer: (result: Result) => void;
}
