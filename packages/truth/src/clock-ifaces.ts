import type { NodeView } from "./node-view.ts";

/**
 * What each PTP clock is called outside, in the view's order: the alias of the interface that receives time or did last,
 * else of its first one. Clocks that would share an alias keep their interfaces' own names.
 */
export function clockIfaces({
  ptpClocks,
  aliasByInterface,
}: Pick<NodeView, "ptpClocks" | "aliasByInterface">): string[] {
  const names = ptpClocks.map(({ clock, interfaces, configName }) => {
    const port = clock.receiverPort ?? 1;
    return (clock.ports.get(port)?.interfaceName || interfaces[port - 1]) ?? configName;
  });
  const aliases = names.map(
    (name) => (Object.hasOwn(aliasByInterface, name) ? aliasByInterface[name] : undefined) ?? name,
  );
  return names.map((name, index) => {
    const alias = aliases[index] ?? name;
    return aliases.indexOf(alias) === aliases.lastIndexOf(alias) ? alias : name;
  });
}
