import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findKind } from "@ptp/api";
import { ApiError, type ApiClient, type ControlPlane } from "../control-plane/control-plane.ts";

/** The folder with the CRDs the chart installs. */
export const crdDir = join(import.meta.dirname, "../../../charts/ptp-operator/files/crds");

/** Installs CRDs and waits until they are served. Returns their names. */
export async function installCrds(plane: ControlPlane, dir: string = crdDir): Promise<readonly string[]> {
  const told = await plane.kubectl([
    "apply",
    "--server-side",
    "--force-conflicts",
    `--filename=${dir}`,
    "--output=name",
  ]);
  const names = told.split("\n").filter(Boolean);
  await plane.kubectl(["wait", "--for=condition=Established", "--timeout=90s", ...names], { timeoutMs: 120_000 });
  const kinds = names.map((name) => name.replace(/^.*\//, ""));
  await waitUntilServed(plane, kinds);
  return kinds;
}

/** Established is told before the API server lists the kinds and answers for them. */
async function waitUntilServed({ kubectl }: ControlPlane, kinds: readonly string[]): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await kubectl(["get", kinds.join(), "--all-namespaces", "--output=name"]);
      return;
    } catch (error) {
      if (attempt === 100) throw error;
      await sleep(100);
    }
  }
}

/** Where objects of a kind are created. Throws for a kind this API does not know. */
export function collectionPath(apiVersion: string, kind: string, namespace: string): string {
  const known = findKind(apiVersion, kind);
  if (known === undefined) throw new Error(`no kind ${kind} in ${apiVersion}`);
  return `/apis/${apiVersion}/namespaces/${namespace}/${known.plural}`;
}

/** What the API server says to a request: the object it stored (or would store), or why it refuses. */
export type Verdict =
  | { readonly accepted: true; readonly object: Readonly<Record<string, unknown>> }
  | { readonly accepted: false; readonly status: number; readonly message: string };

/** Sends a POST and takes a refusal as an answer. */
export async function post(api: ApiClient, path: string, body: unknown): Promise<Verdict> {
  try {
    const object = (await api.request("POST", path, body)) as Readonly<Record<string, unknown>>;
    return { accepted: true, object };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { accepted: false, status: error.status, message: error.message };
  }
}
