import { readDocuments, type DocumentReading, type Finding } from "@ptp/api";
import { parseAllDocuments, type YAMLError } from "yaml";

/** What became of one document of a manifest. */
export type ManifestReading =
  | DocumentReading
  /** The text itself is broken: no telling which object it was. */
  | { readonly type: "unreadable"; readonly findings: readonly Finding[] };

/** Reads the documents of a YAML or JSON text; a broken one costs only itself. */
export function readManifest(text: string, format: "yaml" | "json"): readonly ManifestReading[] {
  if (format === "json") return guarded(() => readDocuments(JSON.parse(text)));
  const documents = parseAllDocuments(text, { prettyErrors: true });
  if ("empty" in documents) return [];
  return documents.flatMap((document): readonly ManifestReading[] => {
    const [error] = document.errors;
    if (error !== undefined) return [unreadable(yamlMessage(error), error.linePos?.[0].line)];
    // Aliases may expand to any size; the parser's own limit refuses that here.
    return guarded(() => readDocuments(document.toJS({ maxAliasCount: 100 })));
  });
}

function guarded(read: () => readonly DocumentReading[]): readonly ManifestReading[] {
  try {
    return read();
  } catch (error) {
    return [unreadable(withoutExcerpt(error instanceof Error ? error.message : String(error)))];
  }
}

/** Both parsers' messages go on with an excerpt of the text, which may hold a secret. */
function yamlMessage({ message }: YAMLError): string {
  return message.split("\n", 1)[0] ?? message;
}

function withoutExcerpt(message: string): string {
  return message.replace(/, (\.\.\.)?".*" is not valid JSON$/s, "");
}

function unreadable(message: string, line?: number): ManifestReading {
  return {
    type: "unreadable",
    findings: [{ path: "", message: `cannot be parsed: ${message}`, ...(line === undefined ? {} : { line }) }],
  };
}
