import type { NodeObject } from "./cluster-snapshot.ts";
import { everyNode, splitLabel, type MatchSpec } from "./match-rules.ts";

/** A recommendation that matches a node, with the reason in words. */
export interface Hit {
  /** Position of the recommendation in the list the matcher was made of. */
  readonly ordinal: number;
  readonly why: string;
}

/** Finds the recommendations that match a node. Equal answers are the same array, so that they can be a map key. */
export interface Matcher {
  hitsOf(node: NodeObject): readonly Hit[];
}

interface Candidate extends Hit {
  readonly id: number;
  /** Place of the rule within its recommendation, names before labels: the first one tells why. */
  readonly rank: number;
}

interface Index {
  readonly always: Candidate[];
  readonly byNodeName: Map<string, Candidate[]>;
  readonly byLabelKey: Map<string, { readonly candidate: Candidate; readonly value?: string }[]>;
}

/**
 * Indexes the match rules of all recommendations: a node costs one look-up for its name and one per label, however many
 * recommendations there are. `specs[ordinal]` is undefined for one that can match nothing.
 */
export function createMatcher(specs: readonly (MatchSpec | undefined)[]): Matcher {
  const index = buildIndex(specs);
  const known = new Map<string, readonly Hit[]>();
  const byNode = new WeakMap<NodeObject, readonly Hit[]>();
  return {
    hitsOf: (node) => {
      const seen = byNode.get(node);
      if (seen !== undefined) return seen;
      const hits = firstPerRecommendation(candidatesOf(index, node));
      const key = hits.map(({ id }) => id).join(" ");
      const shared = known.get(key) ?? hits;
      known.set(key, shared);
      byNode.set(node, shared);
      return shared;
    },
  };
}

function buildIndex(specs: readonly (MatchSpec | undefined)[]): Index {
  const index: Index = { always: [], byNodeName: new Map(), byLabelKey: new Map() };
  let id = 0;
  const candidate = (ordinal: number, rank: number, why: string): Candidate => ({ id: id++, ordinal, rank, why });
  for (const [ordinal, spec] of specs.entries()) {
    if (spec === undefined) continue;
    const { match, emptyMatchSelects } = spec;
    if (match.length === 0 && emptyMatchSelects === "every") index.always.push(candidate(ordinal, 0, everyNode));
    for (const [at, { nodeName = "", nodeLabel = "" }] of match.entries()) {
      if (nodeName !== "") {
        add(index.byNodeName, nodeName, candidate(ordinal, 2 * at, `nodeName ${nodeName} is this node`));
      }
      if (nodeLabel !== "") {
        const { key, ...value } = splitLabel(nodeLabel);
        const entry = { candidate: candidate(ordinal, 2 * at + 1, `the node has label ${nodeLabel}`), ...value };
        add(index.byLabelKey, key, entry);
      }
    }
  }
  return index;
}

function add<T>(map: Map<string, T[]>, key: string, entry: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [entry]);
  else list.push(entry);
}

function candidatesOf(index: Index, { metadata: { name, labels = {} } }: NodeObject): readonly Candidate[] {
  const found = [...index.always, ...(index.byNodeName.get(name) ?? [])];
  for (const [key, value] of Object.entries(labels)) {
    for (const entry of index.byLabelKey.get(key) ?? []) {
      if (entry.value === undefined || entry.value === value) found.push(entry.candidate);
    }
  }
  return found;
}

function firstPerRecommendation(candidates: readonly Candidate[]): readonly Candidate[] {
  const first = new Map<number, Candidate>();
  for (const candidate of candidates) {
    const known = first.get(candidate.ordinal);
    if (known === undefined || candidate.rank < known.rank) first.set(candidate.ordinal, candidate);
  }
  return [...first.values()].sort((a, b) => a.ordinal - b.ordinal);
}
