import type { NodeMatch } from "@ptp/api";

/**
 * A match list in which the entries of one node are the given ones; undefined if they are already. Entries of other nodes
 * keep their content and order: their own agents write them. `longest` bounds the whole list; those of others are never
 * cut for it.
 */
export function withOwnMatches(
  list: readonly NodeMatch[] | undefined,
  nodeName: string,
  own: readonly NodeMatch[],
  longest: number,
): readonly NodeMatch[] | undefined {
  const before = list ?? [];
  const others = before.filter((match) => match.nodeName !== nodeName);
  const fitting = own.slice(0, Math.max(0, longest - others.length));
  const told = before.filter((match) => match.nodeName === nodeName);
  if (told.map(({ profile }) => profile).join("\0") === fitting.map(({ profile }) => profile).join("\0"))
    return undefined;
  // In their former place, so that a list does not turn over with every change of one node.
  const first = before.findIndex((match) => match.nodeName === nodeName);
  const ahead = first < 0 ? others.length : first;
  return [...others.slice(0, ahead), ...fitting, ...others.slice(ahead)];
}
