import { fromProfileJson, type JsonValue, type ProfileDocument } from "@ptp/node";
import { messageOf } from "@ptp/kit";
import type { Surroundings } from "../surroundings.ts";
import { UsageError } from "../usage-error.ts";
import { parseDocuments } from "./parse-documents.ts";
import { readFileText, readStdinText } from "./read-text.ts";

/** Name of the ConfigMap that the operator of the existing stack writes. */
export const configMapName = "ptp-configmap";

/**
 * Profiles by node from a ConfigMap of the existing stack; an entry that is not JSON is `unusable`.
 *
 * @throws UsageError if the file has no such ConfigMap, or several of another name.
 */
export async function readConfigMap(
  path: string,
  { stdin }: Surroundings,
): Promise<ReadonlyMap<string, ProfileDocument>> {
  const text = path === "-" ? await readStdinText(stdin) : await readFileText(path);
  const data = dataIn(chooseMap(text, path), path);
  return new Map(Object.entries(data).map(([nodeName, value]) => [nodeName, readEntry(value)]));
}

function readEntry(value: unknown): ProfileDocument {
  if (typeof value !== "string") return unusable("it is no text; write the JSON as a block text (|)");
  try {
    return fromProfileJson(JSON.parse(value) as JsonValue);
  } catch (error) {
    return unusable(`it is not JSON: ${messageOf(error)}`);
  }
}

function unusable(reason: string): ProfileDocument {
  return { profiles: [], refused: [], unusable: reason };
}

function chooseMap(text: string, path: string): Members {
  const maps = parseDocuments(text).flatMap((document) => {
    if (document.type === "broken") throw new UsageError(`--configmap ${path}: ${document.finding.message}`);
    return configMapsIn(document.value);
  });
  const [only] = maps;
  const named = maps.find((map) => isMembers(map["metadata"]) && map["metadata"]["name"] === configMapName);
  if (named !== undefined) return named;
  if (only !== undefined && maps.length === 1) return only;
  const found = maps.length === 0 ? "has no ConfigMap" : `has ${maps.length} ConfigMaps, none named ${configMapName}`;
  const remedy = `kubectl -n openshift-ptp get configmap ${configMapName} -o yaml > old.yaml`;
  throw new UsageError(`--configmap ${path} ${found}; get it with: ${remedy}`);
}

function configMapsIn(value: unknown): readonly Members[] {
  if (!isMembers(value)) return [];
  const kind = value["kind"];
  const items = value["items"];
  if (kind === "ConfigMap") return [value];
  return Array.isArray(items) ? items.filter(isMembers).filter((item) => item["kind"] === "ConfigMap") : [];
}

function dataIn(map: Members, path: string): Members {
  const data = map["data"];
  if (data === undefined || data === null) return {};
  if (!isMembers(data)) throw new UsageError(`--configmap ${path}: data is no map from node names to texts`);
  return data;
}

type Members = Readonly<Record<string, unknown>>;

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
