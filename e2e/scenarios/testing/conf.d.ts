import type { NodeProfile } from "@ptp/node";
/** What can be said about a profile of a scenario. */
export interface ProfileWords {
  /** Default `clock`. */
  readonly name?: string;
  /** Lines of `[global]` beside those of every quick and safe clock; later ones win. */
  readonly lines?: readonly string[];
  /** Sections in order: `[up0]`, each with its lines. */
  readonly ports: readonly (readonly string[])[];
  readonly holdOverTimeoutS?: number;
  /** Default `-2`. */
  readonly opts?: string;
}
/** A profile that takes time, quickly and without harm to the machine's clock. */
export declare function profileOf({ name, lines, ports, holdOverTimeoutS, opts }: ProfileWords): NodeProfile;
/** Configuration of a grandmaster that tells the machine's own time and cannot move the clock. */
export declare function sourceConf(lines: readonly string[], ports: readonly string[]): readonly string[];
