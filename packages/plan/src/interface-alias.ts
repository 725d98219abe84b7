import type { InterfaceFacts } from "@ptp/node";

/**
 * Metric alias of one interface name: the port digits at the end, with a port suffix `np<d>`, become `x`; what follows
 * the first dot (a VLAN) stays. `ens1f0` → `ens1fx`, `enP2s2f0np0.100` → `enP2s2fx.100`.
 */
export function aliasOf(interfaceName: string): string {
  const dot = interfaceName.indexOf(".");
  const base = dot === -1 ? interfaceName : interfaceName.slice(0, dot);
  const suffix = dot === -1 ? "" : interfaceName.slice(dot);
  return `${base.replace(/\d+(?:np\d+)?$/, "x")}${suffix}`;
}

/**
 * Metric alias of every interface a node uses. Interfaces of one clock share an alias; a clock whose interfaces disagree,
 * and clocks that would get the same alias, keep the plain names. Interfaces without a hardware clock share the system
 * clock and count as one.
 */
export function interfaceAliases(
  interfaceNames: Iterable<string>,
  facts: readonly InterfaceFacts[],
): Readonly<Record<string, string>> {
  const phcByName = new Map(facts.map(({ name, phcIndex }) => [name, phcIndex]));
  const namesByPhc = Map.groupBy(new Set(interfaceNames), (name) => phcByName.get(name));
  const groups = [...namesByPhc.values()].map((names) => ({
    names,
    aliases: new Set(names.map((name) => aliasOf(name))),
  }));
  const uses = Map.groupBy(
    groups.flatMap(({ aliases }) => [...aliases]),
    (alias) => alias,
  );
  const entries = groups.flatMap(({ names, aliases }) => {
    const [alias = ""] = aliases;
    const isUsable = aliases.size === 1 && uses.get(alias)?.length === 1;
    return names.map((name): readonly [string, string] => [name, isUsable ? alias : name]);
  });
  return Object.fromEntries(entries.toSorted(([left], [right]) => (left < right ? -1 : Number(left > right))));
}
