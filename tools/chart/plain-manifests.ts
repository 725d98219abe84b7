import { stringify } from "yaml";
import { renderChart, type Manifest } from "./helm.ts";

/** What has to be there before the rest, in this order; the rest stands as Helm renders it. */
const firstKinds = ["Namespace", "CustomResourceDefinition", "ServiceAccount"];

/**
 * The chart as files for `kubectl apply`, by name: all it installs, and apart from that the Job that removes what the operator
 * made, since applied together they would undo each other.
 *
 * @throws Error with helm's words
 */
export function plainManifests(): Readonly<Record<"ptp-operator.yaml" | "ptp-operator-remove.yaml", string>> {
  const values = { namespace: { create: true }, uninstall: { enabled: true } };
  const all = renderChart({ values }).map(withoutHelm);
  const isRemoval = ({ metadata }: Manifest) => metadata.name === "ptp-operator-remove";
  const rank = ({ kind }: Manifest) => (firstKinds.indexOf(kind) + firstKinds.length + 1) % (firstKinds.length + 1);
  const rest = all.filter((manifest) => !isRemoval(manifest)).toSorted((a, b) => rank(a) - rank(b));
  return {
    "ptp-operator.yaml": textOf(rest),
    "ptp-operator-remove.yaml": textOf(all.filter(isRemoval)),
  };
}

/** Nobody called Helm manages these, and its annotations mean nothing to kubectl. */
function withoutHelm(manifest: Manifest): Manifest {
  const { labels = {}, annotations = {}, ...metadata } = manifest.metadata;
  const keep = (entries: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(entries).filter(([name, value]) => !name.includes("helm.sh/") && value !== "Helm"),
    );
  const [ownLabels, ownAnnotations] = [keep(labels), keep(annotations)];
  const hasAny = (entries: object) => Object.keys(entries).length > 0;
  return {
    ...manifest,
    metadata: {
      ...metadata,
      ...(hasAny(ownLabels) && { labels: ownLabels }),
      ...(hasAny(ownAnnotations) && { annotations: ownAnnotations }),
    },
  };
}

function textOf(manifests: readonly Manifest[]): string {
  const head = "# Made by make manifests from charts/ptp-operator; do not edit.\n";
  return head + manifests.map((manifest) => stringify(manifest, { lineWidth: 0 })).join("---\n");
}
