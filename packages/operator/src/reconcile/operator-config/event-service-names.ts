import { byBytes } from "@ptp/node";

/** What the name of every event Service begins with, as consumers of the existing stack know it. */
export const eventServicePrefix = "ptp-event-publisher-service-";

/** Longest name of a Service: it is a DNS label. */
const longestName = 63;

/** Digits of the hash in a name; more where fewer are taken. */
const hashLengths = [8, 16, 30] as const;

/** How names are given. */
export interface NamingSources {
  /** Names of the nodes' Services that exist: a node keeps the name it has, whoever comes or goes. */
  readonly held: ReadonlyMap<string, string>;
  readonly sha256Hex: (text: string) => string;
}

/**
 * The name of each node's event Service: the known one (up to the first dot of the node's name) where that is a valid name
 * and the node's alone, else one with a hash of the whole node name. No two nodes ever share one.
 */
export function eventServiceNames(
  nodeNames: Iterable<string>,
  { held, sha256Hex }: NamingSources,
): ReadonlyMap<string, string> {
  const nodes = [...new Set(nodeNames)].sort(byBytes);
  const nameByNode = new Map<string, string>();
  const taken = new Set<string>();
  const give = (nodeName: string, name: string | undefined): boolean => {
    if (name === undefined || taken.has(name)) return false;
    nameByNode.set(nodeName, name);
    taken.add(name);
    return true;
  };
  const candidates = (nodeName: string) => hashedNames(nodeName, sha256Hex(nodeName));
  const fresh = nodes.filter((nodeName) => {
    const name = held.get(nodeName);
    const isPossible = name === plainName(nodeName) || candidates(nodeName).some((candidate) => candidate === name);
    return !isPossible || !give(nodeName, name);
  });
  const sharers = Map.groupBy(fresh, shortName);
  const others = fresh.filter((nodeName) => {
    const isAlone = sharers.get(shortName(nodeName))?.length === 1;
    return !isAlone || !give(nodeName, plainName(nodeName));
  });
  for (const nodeName of others) candidates(nodeName).some((candidate) => give(nodeName, candidate));
  return nameByNode;
}

function shortName(nodeName: string): string {
  return nodeName.split(".", 1)[0] ?? nodeName;
}

function plainName(nodeName: string): string | undefined {
  const name = `${eventServicePrefix}${shortName(nodeName)}`;
  return name.length <= longestName && /[a-z0-9]$/.test(name) ? name : undefined;
}

function hashedNames(nodeName: string, hash: string): readonly string[] {
  return hashLengths.map((length) => {
    const room = longestName - eventServicePrefix.length - length - 1;
    const short = shortName(nodeName).slice(0, Math.max(0, room)).replace(/-+$/, "");
    return `${eventServicePrefix}${short === "" ? "" : `${short}-`}${hash.slice(0, length)}`;
  });
}
