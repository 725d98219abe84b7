import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { programPath } from "../../../tools/kubernetes/binaries/programs.ts";
import type { ControlPlane } from "../../../tools/kubernetes/control-plane/control-plane.ts";
import { until } from "../../../tools/kubernetes/testing/until.ts";
import { namespace } from "./installed-chart.ts";

const root = join(import.meta.dirname, "../../..");
const page = readFileSync(join(root, "docs/migration.md"), "utf8");

/** The commands below a heading of the page. */
function commandsOf(heading: string): string {
  const section = page.split("\n## ").find((part) => part.startsWith(heading)) ?? assert.fail(`no heading ${heading}`);
  const blocks = [...section.matchAll(/```sh\n([^]*?)```/g)].map(([, commands = ""]) => commands);
  assert.ok(blocks.length > 0, heading);
  return blocks.join("\n");
}

/** Runs them as a person would paste them, in the project's folder. */
export async function follow({ dir, environment }: ControlPlane, heading: string, node = ""): Promise<void> {
  const path = [dirname(programPath("kubectl")), dirname(programPath("helm")), process.env["PATH"]].join(":");
  const env = { ...process.env, ...environment, PATH: path, NODE: node, HOME: dir };
  const commands = commandsOf(heading);
  await promisify(execFile)("bash", ["-euc", commands], { env, cwd: root, timeout: 100_000 });
}

interface AgentPod {
  readonly metadata: {
    readonly uid: string;
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly { readonly name: string }[];
  };
  readonly spec: { readonly nodeName?: string };
  readonly status: { readonly phase?: string };
}

/** What runs where: `node: DaemonSet`, with the pod's uid. */
export async function daemons({ api }: ControlPlane): Promise<ReadonlyMap<string, string>> {
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3Dlinuxptp-daemon`;
  const { items } = (await api.request("GET", path)) as { readonly items: readonly AgentPod[] };
  return new Map(
    items
      .filter(({ status }) => status.phase === "Running")
      .map(({ metadata, spec }) => [`${spec.nodeName}: ${metadata.ownerReferences?.[0]?.name}`, metadata.uid]),
  );
}

/** Waits until exactly these daemons run, and returns them. */
export async function untilRunning(
  plane: ControlPlane,
  ...wanted: readonly string[]
): Promise<ReadonlyMap<string, string>> {
  const text = async () => [...(await daemons(plane)).keys()].toSorted().join();
  await until(`${wanted.join()} run`, async () => (await text()) === wanted.toSorted().join(), 30_000).catch(async () =>
    assert.equal(await text(), wanted.toSorted().join()),
  );
  return daemons(plane);
}
