import { readFileSync } from "node:fs";
import { join } from "node:path";

const page = readFileSync(join(import.meta.dirname, "../../../docs/chart.md"), "utf8");

/** What the cluster itself makes of what is listed, or Helm for its own memory. */
const madeOfListed =
  /^(Pod|ReplicaSet|IPAddress|ControllerRevision|Endpoints|PodMetrics) |^EndpointSlice \S+\/ptp-operator|^Secret \S+\/sh\.helm\.release|^CustomResourceDefinition /;

/** The objects, as `Kind namespace/name`, that no table of docs/chart.md lists with kind and name. */
export function undocumentedObjects(
  objects: readonly string[],
  { namespace, nodeNames }: { readonly namespace: string; readonly nodeNames: readonly string[] },
): readonly string[] {
  const rows = page
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  const isListed = (kind: string, name: string) =>
    rows.some(
      ([, kinds = "", names = "", purpose = ""]) =>
        kinds.split(/, | per /).includes(kind) &&
        [...`${names} ${purpose}`.matchAll(/`([^`]+)`/g)].some(([, text = ""]) =>
          patternOf(text, namespace, nodeNames).test(name),
        ),
    );
  return objects.filter((line) => {
    const [kind = "", path = ""] = line.split(" ");
    return !madeOfListed.test(line) && !isListed(kind, path.replace(/^[^/]*\//, ""));
  });
}

function patternOf(text: string, namespace: string, nodeNames: readonly string[]): RegExp {
  const literal = text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const filled = literal.replace("<namespace>", namespace).replace("<node>", `(${nodeNames.join("|")})`);
  // An EndpointSlice is named after its Service.
  return new RegExp(`^${filled}(-ipv[46])?$`);
}
