import { readDocuments, type ClusterDocument, type DocumentReading, type InvalidResource } from "@ptp/api";
import type { Surroundings } from "../surroundings.ts";
import type { DuplicateObject, InputProblem, Inventory, InventoryObject } from "./inventory.ts";
import { listSources, type Source } from "./list-sources.ts";
import { parseDocuments } from "./parse-documents.ts";
import { readFileText, readStdinText } from "./read-text.ts";

/** What to read. */
export interface InventoryOptions {
  /** Files, directories, `-`. */
  readonly paths: readonly string[];
  /** Of objects that name none. */
  readonly namespace: string;
}

/**
 * Reads all objects behind the paths. Whatever is wrong within a text comes back as a problem; of an object that is
 * defined twice the first one counts.
 *
 * @throws UsageError for a path that cannot be read.
 */
export async function readInventory(options: InventoryOptions, { stdin }: Surroundings): Promise<Inventory> {
  const collected = { objects: new Map<string, InventoryObject>(), duplicates: [], problems: [], foreign: [] };
  for (const source of await listSources(options.paths)) {
    const text = await readSource(source, stdin);
    for (const reading of readText(text, source.name, options.namespace)) add(source.name, reading, collected);
  }
  return { ...collected, objects: [...collected.objects.values()] };
}

/** The text of a source. @throws UsageError naming it. */
export async function readSource({ kind, name }: Source, stdin: AsyncIterable<Uint8Array>): Promise<string> {
  return kind === "stdin" ? await readStdinText(stdin) : await readFileText(name);
}

interface Collected {
  readonly objects: Map<string, InventoryObject>;
  readonly duplicates: DuplicateObject[];
  readonly problems: InputProblem[];
  readonly foreign: string[];
}

type Reading = DocumentReading | ({ readonly type: "problem" } & InputProblem);

function readText(text: string, file: string, defaultNamespace: string): readonly Reading[] {
  return parseDocuments(text).flatMap((parsed): readonly Reading[] =>
    parsed.type === "value"
      ? // A JSON text may hold a bare list of objects, as examples in operator bundles do.
        [parsed.value].flat().flatMap((value) => readDocuments(value, { defaultNamespace }))
      : [{ type: "problem", file, findings: [parsed.finding] }],
  );
}

function add(file: string, reading: Reading, collected: Collected): void {
  switch (reading.type) {
    case "problem":
      collected.problems.push({ file: reading.file, findings: reading.findings });
      return;
    case "foreign":
      collected.foreign.push(`${file}: ${reading.object}`);
      return;
    case "document": {
      const { document } = reading;
      addObject({ state: "valid", key: keyOf(document), file, document }, collected);
      return;
    }
    case "invalid": {
      const { document, findings, object } = reading;
      if (document === undefined) collected.problems.push({ file, object, findings });
      else addObject({ state: "invalid", key: keyOf(document), file, document, findings }, collected);
    }
  }
}

function addObject(object: InventoryObject, { objects, duplicates }: Collected): void {
  const { key, file } = object;
  const first = objects.get(key);
  if (first === undefined) {
    objects.set(key, object);
    return;
  }
  const where = first.file === file ? `twice in ${file}` : `in ${first.file} and again in ${file}`;
  const message = `is defined ${where}; the first one counts: remove the other`;
  duplicates.push({ object, finding: { path: "metadata.name", message } });
}

function keyOf({ kind, metadata }: ClusterDocument | InvalidResource): string {
  return kind === "Node" ? `${kind}/${metadata.name}` : `${kind}/${metadata.namespace ?? "?"}/${metadata.name}`;
}
