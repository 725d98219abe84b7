/** A whole number from 0 up to but without `limit`, which is at least 1. */
export type Random = (limit: number) => number;

/** A fast generator; the same seed gives the same numbers. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return (limit) => {
    // Weyl sequence with a mixing step: no cycles within a run, no dependence on low bits.
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) % limit;
  };
}
