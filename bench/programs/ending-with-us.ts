/** A program as words that end it when this process ends, however that may be: an operator left alone would run for ever. */
export function endingWithUs(words: readonly string[]): readonly [string, ...string[]] {
  return ["setpriv", "--pdeathsig", "KILL", "--", ...words];
}
