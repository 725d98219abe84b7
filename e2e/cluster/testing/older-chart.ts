import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { chartDir } from "./installed-chart.ts";

/** Version of the older chart, its operator and its agents. */
export const olderVersion = "0.0.9";

/** Values that came later: nobody who upgrades with `--reuse-values` has them. */
const newerValues = [
  ["preflight"],
  ["uninstall"],
  ["crds", "adopt"],
  ["agent", "daemonSetName"],
  ["agent", "keepOnUninstall"],
  ["agent", "update"],
  ["agent", "metrics"],
  ["agent", "events"],
  ["operator", "metrics"],
  ["serviceMonitor", "tlsConfig"],
  ["podMonitor", "tlsConfig"],
  ["migration", "enabled"],
  ["migration", "nodeLabel"],
];

/** A field of PtpConfigs that the older definition does not have: status.summary. */
export const newerField = ["status", "summary"] as const;

/**
 * Makes an older chart below a folder: this one with an older version, without the values that came later, and with a
 * definition that lacks a field. Returns its folder.
 */
export async function makeOlderChart(dir: string): Promise<string> {
  const older = join(dir, "older-chart");
  await cp(chartDir, older, { recursive: true });
  await rm(join(older, "values.schema.json"));
  await edit(join(older, "Chart.yaml"), (chart) => ({ ...chart, version: olderVersion, appVersion: olderVersion }));
  await edit(join(older, "values.yaml"), (values) => {
    for (const path of newerValues) remove(values, path);
    return values;
  });
  await edit(join(older, "files/crds/ptp.openshift.io_ptpconfigs.yaml"), (crd) => {
    const { versions } = crd["spec"] as { readonly versions: readonly Tree[] };
    remove(versions[0] ?? {}, ["schema", "openAPIV3Schema", ...newerField.flatMap((name) => ["properties", name])]);
    return crd;
  });
  return older;
}

type Tree = Record<string, unknown>;

async function edit(path: string, change: (content: Tree) => Tree): Promise<void> {
  await writeFile(path, stringify(change(parse(await readFile(path, "utf8")) as Tree), { lineWidth: 0 }));
}

/** Takes away what a path leads to; what is not there is no fault. */
function remove(tree: Tree, path: readonly string[]): void {
  const [first = "", ...rest] = path;
  const below = tree[first];
  if (rest.length === 0) delete tree[first];
  else if (typeof below === "object" && below !== null) remove(below as Tree, rest);
}
