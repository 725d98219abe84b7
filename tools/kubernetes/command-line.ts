import { parseArgs } from "node:util";

/** What a person asked for on the command line. */
export interface CommandLine {
  /** Install the chart's CRDs. */
  readonly crds: boolean;
  readonly scheduler: boolean;
  /** How many Ready nodes to create: node-1, node-2, … */
  readonly nodes: number;
  /** Run this and end with it; empty: run until Ctrl-C. */
  readonly command: readonly string[];
}

/** How to call the tool. */
export const usage = `usage: node tools/kubernetes/main.ts [--crds] [--nodes N] [--scheduler] [-- COMMAND…]
Starts a Kubernetes control plane on this machine and runs COMMAND with KUBECONFIG set and its kubectl and helm first
in PATH, or keeps it until Ctrl-C. Nothing of it stays.
  --crds       install the CRDs of charts/ptp-operator
  --nodes N    create N Ready nodes without kubelets, node-1 to node-N; pods on them are Running at once
  --scheduler  start kube-scheduler too, so that pods get onto the nodes`;

/** Reads the words after the program's name; a text is the reason why they cannot be understood. */
export function parseCommandLine(words: readonly string[]): CommandLine | string {
  const dashes = words.indexOf("--");
  const own = dashes === -1 ? words : words.slice(0, dashes);
  try {
    const { values } = parseArgs({
      args: [...own],
      options: { crds: { type: "boolean" }, scheduler: { type: "boolean" }, nodes: { type: "string" } },
    });
    const { crds = false, scheduler = false, nodes = "0" } = values;
    if (!/^\d{1,5}$/.test(nodes)) return `--nodes takes a number from 0 to 99999, not "${nodes}"`;
    return { crds, scheduler, nodes: Number(nodes), command: dashes === -1 ? [] : words.slice(dashes + 1) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
