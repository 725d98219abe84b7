import type { HostFacts } from "@ptp/node";
import { defaultHostFacts } from "@ptp/plan";
import { readHostFacts } from "../input/read-host-facts.ts";
import { readJsonFile } from "../input/read-json-file.ts";
import type { Surroundings } from "../surroundings.ts";

/**
 * The facts of `--facts` for any node, or without the option those of the existing stack's image.
 *
 * @param nodeName The node they have to be of, if they say so; absent: any.
 * @throws UsageError if the file has another form.
 */
export async function readFacts(
  factsPath: string | undefined,
  nodeName: string | undefined,
  surroundings: Surroundings,
): Promise<(nodeName: string) => HostFacts> {
  if (factsPath === undefined) return defaultHostFacts;
  const value = await readJsonFile(factsPath, "--facts", surroundings);
  const facts = readHostFacts(value, { source: `--facts ${factsPath}`, nodeName });
  return (name) => ({ ...facts, nodeName: name });
}
