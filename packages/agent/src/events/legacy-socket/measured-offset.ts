/** Numbers with which the existing daemon and its sidecar say that there is no offset; the last is -9999999999999999, rounded. */
const noOffsets: ReadonlySet<number> = new Set([99_999_999, 99_999_999_999, -1e16]);

/** An offset that the daemon tells in a line of its own; undefined where its number stands for none. */
export function measuredOffset(offsetNs: number | undefined): number | undefined {
  return offsetNs === undefined || noOffsets.has(offsetNs) ? undefined : offsetNs;
}
