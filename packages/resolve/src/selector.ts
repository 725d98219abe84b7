import type { LinkedRecommendation } from "./link.ts";
import type { Hit } from "./matcher.ts";
import { select, selectionInputs, type Selection, type SelectionSources } from "./selection.ts";

/** Gives the selection for what matches a node. */
export interface Selector {
  selectionOf(hits: readonly Hit[]): Selection;
  /** A selector for the next snapshot that takes over every selection whose inputs are still the same objects. */
  next(recommendations: readonly LinkedRecommendation[], sources: SelectionSources): Selector;
}

/** What a selector hands on to the next one. */
interface Memory {
  /** Selections by the identity of the recommendations that match and the rules by which they do. */
  readonly selections: ReadonlyMap<string, Selection>;
  readonly sources: SelectionSources;
  readonly serials: WeakMap<LinkedRecommendation, number>;
  lastSerial: number;
}

/** A selector over the recommendations of one snapshot. */
export function createSelector(
  recommendations: readonly LinkedRecommendation[],
  sources: SelectionSources,
  before?: Memory,
): Selector {
  const selections = new Map<string, Selection>();
  const byHits = new Map<readonly Hit[], Selection>();
  const memory: Memory = {
    selections,
    sources,
    serials: before?.serials ?? new WeakMap<LinkedRecommendation, number>(),
    lastSerial: before?.lastSerial ?? 0,
  };
  const make = (hits: readonly Hit[]): Selection => {
    const matches = hits.flatMap((hit) => {
      const linked = recommendations[hit.ordinal];
      return linked === undefined ? [] : [{ ...hit, linked }];
    });
    const key = matches.map(({ linked, why }) => `${serialOf(linked, memory)} ${why}`).join("\0");
    const known = before?.selections.get(key);
    const selection =
      known !== undefined && before !== undefined && isCurrent(known, before.sources, sources)
        ? known
        : select(matches, sources);
    selections.set(key, selection);
    byHits.set(hits, selection);
    return selection;
  };
  return {
    selectionOf: (hits) => byHits.get(hits) ?? make(hits),
    next: (recommendations, sources) => createSelector(recommendations, sources, memory),
  };
}

function serialOf(linked: LinkedRecommendation, memory: Memory): number {
  const known = memory.serials.get(linked);
  if (known !== undefined) return known;
  memory.lastSerial += 1;
  memory.serials.set(linked, memory.lastSerial);
  return memory.lastSerial;
}

function isCurrent(selection: Selection, before: SelectionSources, now: SelectionSources): boolean {
  const inputs = selectionInputs(selection, now);
  return selectionInputs(selection, before).every((input, index) => input === inputs[index]);
}
