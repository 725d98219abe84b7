import type { Finding } from "@ptp/api";
import { messageOf } from "@ptp/kit";
import { parseAllDocuments } from "yaml";

/** One document of a text: its value, or why it has none. */
export type ParsedDocument =
  { readonly type: "value"; readonly value: unknown } | { readonly type: "broken"; readonly finding: Finding };

/** Reads a JSON text, or the documents of a YAML one; a broken document costs only itself. */
export function parseDocuments(text: string): readonly ParsedDocument[] {
  // JSON is YAML, but its own parser is many times faster; what it refuses may still be YAML in flow style.
  if (/^\s*[[{]/.test(text)) {
    try {
      return [{ type: "value", value: JSON.parse(text) as unknown }];
    } catch {
      return parseYaml(text);
    }
  }
  return parseYaml(text);
}

function parseYaml(text: string): readonly ParsedDocument[] {
  const documents = parseAllDocuments(text, { prettyErrors: true });
  if ("empty" in documents) return [];
  return documents.map((document): ParsedDocument => {
    const [error] = document.errors;
    if (error !== undefined) return broken(withoutExcerpt(error.message), error.linePos?.[0].line);
    try {
      // Aliases may expand to any size; beyond this many they are refused.
      return { type: "value", value: document.toJS({ maxAliasCount: 100 }) as unknown };
    } catch (error) {
      return broken(messageOf(error));
    }
  });
}

/** The parser goes on with an excerpt of the text, which may hold a secret. */
function withoutExcerpt(message: string): string {
  return (message.split("\n", 1)[0] ?? message).replace(/:$/, "");
}

function broken(message: string, line?: number): ParsedDocument {
  const finding = { path: "", message: `cannot be parsed: ${message}` };
  return { type: "broken", finding: line === undefined ? finding : { ...finding, line } };
}
