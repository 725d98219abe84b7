/** What the guest needs that Debian does not build in: the machine's files, and an upper layer over them. */
export const guestModules: readonly string[] = ["virtio_pci", "9pnet_virtio", "9p", "overlay"];

/**
 * The modules and what they depend on, in an order in which they can be loaded. `read` gives the content of a module, or
 * undefined where the kernel has it built in.
 */
export async function withDependencies(
  names: readonly string[],
  read: (name: string) => Promise<Uint8Array | undefined>,
): Promise<readonly string[]> {
  const ordered: string[] = [];
  const seen = new Set<string>();
  const visit = async (name: string): Promise<void> => {
    if (seen.has(name)) return;
    seen.add(name);
    const content = await read(name);
    if (content === undefined) return;
    for (const needed of dependenciesOf(content)) await visit(needed);
    ordered.push(name);
  };
  for (const name of names) await visit(name);
  return ordered;
}

/** What a module (ELF) says of itself: `depends=9pnet,netfs`, between zero bytes. */
export function dependenciesOf(module: Uint8Array): readonly string[] {
  const text = Buffer.from(module).toString("latin1");
  const depends = /\0depends=([^\0]*)\0/.exec(text)?.[1] ?? "";
  return depends.split(",").flatMap((name) => (name === "" ? [] : [name.replaceAll("-", "_")]));
}
