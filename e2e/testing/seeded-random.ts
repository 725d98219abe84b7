import { createHash } from "node:crypto";

/** A whole number from 0 up to but without `limit`. */
export type Random = (limit: number) => number;

/** Numbers that depend on the seed alone, so that a run can be repeated. */
export function seededRandom(seed: string): Random {
  let drawn = 0;
  return (limit) => {
    drawn += 1;
    return createHash("sha256").update(`${seed} ${drawn}`).digest().readUInt32BE() % limit;
  };
}
