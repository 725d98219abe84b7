import type { ClusterDocument, Finding } from "@ptp/api";
import { canonicalJson, type JsonValue } from "@ptp/node";
import { messageOf } from "@ptp/kit";
import type { GenerationLedger } from "./generation-ledger.ts";
import { keyOf, keyText, type ObjectKey } from "./object-key.ts";
import type { ManifestReading } from "./read-manifest.ts";
import type { StoreProblem } from "./store.ts";

/** One usable object of a file. */
export interface ManifestObject {
  readonly key: ObjectKey;
  readonly document: ClusterDocument;
  /** Canonical text of the document, to tell a change. */
  readonly text: string;
  /** Whether the whole of it is good; resolution uses what is sound in another, until a good version comes. */
  readonly isGood: boolean;
}

/** What a file contributes: its objects, new or kept from an earlier good version, and what is wrong with it. */
export interface ManifestObjects {
  readonly objects: ReadonlyMap<string, ManifestObject>;
  readonly problems: readonly StoreProblem[];
}

/** A file that contributes nothing. */
export const noObjects: ManifestObjects = { objects: new Map(), problems: [] };

/**
 * Folds a new reading of a file into what it contributed before. A broken object keeps its last good version, and without
 * one contributes what resolution finds sound in it (design.md section 6: the smallest wrong thing is refused); a text that
 * cannot be parsed keeps all objects of the file that its readable documents do not redefine. Unchanged objects stay the
 * same values.
 */
export function foldManifest(
  file: string,
  readings: readonly ManifestReading[],
  before: ManifestObjects,
  ledger: GenerationLedger,
): ManifestObjects {
  const objects = new Map<string, ManifestObject>();
  const problems: StoreProblem[] = [];
  const broken: ClusterDocument[] = [];
  const keep = (name: string) => {
    const last = before.objects.get(name);
    if (last?.isGood === true && !objects.has(name)) objects.set(name, last);
  };
  for (const reading of readings) {
    if (reading.type === "document") {
      const problem = addDocument(file, reading.document, true, { objects, before, ledger });
      if (problem !== undefined) problems.push(problem);
    } else if (reading.type === "invalid") {
      const object = keyFromText(reading.object);
      problems.push({ source: `${file}: ${reading.object}`, findings: reading.findings, ...(object && { object }) });
      if (reading.document !== undefined) broken.push(reading.document as ClusterDocument);
    } else if (reading.type === "unreadable") problems.push({ source: file, findings: reading.findings });
  }
  for (const { object } of problems) if (object !== undefined) keep(keyText(object));
  if (problems.some(({ object }) => object === undefined)) for (const name of before.objects.keys()) keep(name);
  for (const document of broken) {
    if (!objects.has(keyText(keyOf(document)))) addDocument(file, document, false, { objects, before, ledger });
  }
  return { objects, problems };
}

interface Folding {
  readonly objects: Map<string, ManifestObject>;
  readonly before: ManifestObjects;
  readonly ledger: GenerationLedger;
}

function addDocument(
  file: string,
  document: ClusterDocument,
  isGood: boolean,
  { objects, before, ledger }: Folding,
): StoreProblem | undefined {
  const key = keyOf(document);
  const name = keyText(key);
  const problem = (finding: Finding) => ({ source: `${file}: ${name}`, object: key, findings: [finding] });
  if (objects.has(name)) {
    return problem({ path: "metadata.name", message: "is defined twice in this file; the first one is used" });
  }
  try {
    const text = canonicalJson(document as unknown as JsonValue);
    const last = before.objects.get(name);
    if (last?.text === text) objects.set(name, last);
    else objects.set(name, { key, document: withGeneration(name, document, ledger), text, isGood });
    return undefined;
  } catch (error) {
    return problem({ path: "", message: `holds a value that JSON cannot: ${messageOf(error)}` });
  }
}

function withGeneration(name: string, document: ClusterDocument, ledger: GenerationLedger): ClusterDocument {
  const { generation } = ledger.next(name, document);
  return { ...document, metadata: { ...document.metadata, generation } };
}

/** `Kind/namespace/name`, perhaps after the place in a List; an object without a name stays unknown. */
function keyFromText(text: string): ObjectKey | undefined {
  const match = /(?:^| )(\w+)\/(?:([^/ ]+)\/)?([^/ ]+)$/.exec(text);
  const [, kind, namespace = "", name] = match ?? [];
  if (kind === undefined || name === undefined || name === "?" || !isKind(kind)) return undefined;
  return { kind, namespace, name };
}

const kinds = new Set<string>([
  "PtpConfig",
  "NodePTPCfg",
  "HardwareConfig",
  "PtpOperatorConfig",
  "NodePtpDevice",
  "NodePTPDev",
  "Node",
  "Secret",
] satisfies ObjectKey["kind"][]);

function isKind(kind: string): kind is ObjectKey["kind"] {
  return kinds.has(kind);
}
