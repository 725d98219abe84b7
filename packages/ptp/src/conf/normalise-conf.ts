import type { ConfDocument, ConfEntry, ConfSection } from "./document.ts";
import { sectionKey, sectionKind } from "./document.ts";

type MutableSection = Omit<ConfSection, "entries"> & { readonly entries: ConfEntry[] };

/**
 * Merges sections that repeat into the first of their name, in order, keeping every entry. Idempotent.
 *
 * In synce4l a member section belongs to the `[<device>]` above it, so members merge only within one device, and
 * a device that is opened again continues where it was.
 */
export function normaliseConf(document: ConfDocument): ConfDocument {
  const groups = new Map<string, MutableSection[]>([["", []]]);
  const byKey = new Map<string, MutableSection>();
  let device = "";
  for (const section of document.sections) {
    const kind = sectionKind(section.name);
    if (kind === "synce-device") device = section.name;
    const isShared = kind === "global" || kind === "unicast-table";
    const key = isShared ? sectionKey(section.name) : `${device}\n${section.name}`;
    const known = byKey.get(key);
    if (known !== undefined) {
      for (const entry of section.entries) known.entries.push(entry);
      continue;
    }
    const merged = { ...section, entries: [...section.entries] };
    byKey.set(key, merged);
    const group = groups.get(device);
    if (group === undefined) groups.set(device, [merged]);
    else group.push(merged);
  }
  return { preamble: document.preamble, sections: [...groups.values()].flat() };
}
