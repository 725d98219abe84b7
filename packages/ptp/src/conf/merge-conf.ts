import type { ConfDocument, ConfEntry, ConfSection } from "./document.ts";
import { sectionKey, sectionKind } from "./document.ts";
import { insertEntries } from "./edit-conf.ts";

/** All that the overlay says about one section, and how far it is written. */
interface Layer {
  readonly name: string;
  /** Lines that take the place of the base's lines of that option. */
  readonly replacing: Map<string, ConfEntry[]>;
  /** Lines to add at the end. */
  readonly added: ConfEntry[];
  readonly placed: Set<string>;
}

/**
 * Lays one document over another: sections that only `overlay` has are added at the end, options of `overlay`
 * replace all lines of that name in `base`, or are added. Options that `overlay` itself repeats stay repeated.
 * Unicast tables are lists, not settings: there and before the first section the lines of `overlay` are added.
 */
export function mergeConf(base: ConfDocument, overlay: ConfDocument): ConfDocument {
  const layers = layersOf(base, overlay);
  const lastIndex = new Map(base.sections.map(({ name }, index) => [sectionKey(name), index]));
  const sections = base.sections.map((section, index): ConfSection => {
    const key = sectionKey(section.name);
    const layer = layers.get(key);
    if (layer === undefined) return section;
    const entries = section.entries.flatMap((entry) => replaceEntry(entry, layer));
    return { ...section, entries: lastIndex.get(key) === index ? insertEntries(entries, layer.added) : entries };
  });
  const created = [...layers].filter(([key]) => !lastIndex.has(key)).map(([, layer]) => createSection(layer));
  return { preamble: insertEntries(base.preamble, overlay.preamble), sections: [...sections, ...created] };
}

function layersOf(base: ConfDocument, overlay: ConfDocument): ReadonlyMap<string, Layer> {
  const present = keysBySection(base);
  const layers = new Map<string, Layer>();
  for (const { name, entries } of overlay.sections) {
    const key = sectionKey(name);
    const layer: Layer = layers.get(key) ?? { name, replacing: new Map(), added: [], placed: new Set() };
    layers.set(key, layer);
    const keys = sectionKind(name) === "unicast-table" ? undefined : present.get(key);
    for (const entry of entries) {
      if (entry.kind !== "option" || keys?.has(entry.key) !== true) layer.added.push(entry);
      else replacingLines(layer, entry.key).push(entry);
    }
  }
  return layers;
}

function replacingLines({ replacing }: Layer, key: string): ConfEntry[] {
  const lines = replacing.get(key) ?? [];
  replacing.set(key, lines);
  return lines;
}

function keysBySection({ sections }: ConfDocument): ReadonlyMap<string, ReadonlySet<string>> {
  const keys = new Map<string, Set<string>>();
  for (const { name, entries } of sections) {
    const known = keys.get(sectionKey(name)) ?? new Set();
    keys.set(sectionKey(name), known);
    for (const entry of entries) if (entry.kind === "option") known.add(entry.key);
  }
  return keys;
}

// The first line of a name gives its place to all lines of the overlay, the others go.
function replaceEntry(entry: ConfEntry, { replacing, placed }: Layer): readonly ConfEntry[] {
  const lines = entry.kind === "option" ? replacing.get(entry.key) : undefined;
  if (entry.kind !== "option" || lines === undefined) return [entry];
  if (placed.has(entry.key)) return [];
  placed.add(entry.key);
  return lines;
}

function createSection({ name, added }: Layer): ConfSection {
  return { name, line: 0, column: 0, entries: added };
}
