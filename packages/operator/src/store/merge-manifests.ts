import type { ClusterDocument } from "@ptp/api";
import type { ManifestObjects } from "./manifest-objects.ts";
import type { StoreProblem, StoreState } from "./store.ts";
import { toSnapshot } from "./to-snapshot.ts";

/** All files as one state. Of an object that two files define, the first file by name wins. */
export function mergeManifests(files: ReadonlyMap<string, ManifestObjects>): StoreState {
  const objects = new Map<string, ClusterDocument>();
  const fileByObject = new Map<string, string>();
  const problems: StoreProblem[] = [];
  for (const [file, manifest] of [...files].sort(([a], [b]) => (a < b ? -1 : Number(a > b)))) {
    problems.push(...manifest.problems);
    for (const [name, { key, document }] of manifest.objects) {
      const winner = fileByObject.get(name);
      if (winner === undefined) {
        objects.set(name, document);
        fileByObject.set(name, file);
      } else {
        const message = `is defined in ${winner} and again in ${file}; ${winner} is used: remove one of them`;
        problems.push({ source: `${file}: ${name}`, object: key, findings: [{ path: "metadata.name", message }] });
      }
    }
  }
  return { snapshot: toSnapshot(objects.values()), objects, problems };
}
