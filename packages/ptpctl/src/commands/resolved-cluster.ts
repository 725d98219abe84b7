import { admitPtpOperatorConfig, reasons, toText } from "@ptp/api";
import { resolve, type ConditionDraft, type NodeResolution, type Resolution } from "@ptp/resolve";
import type { Inventory, InventoryObject } from "../input/inventory.ts";
import { inventoryNotes } from "../input/inventory-notes.ts";
import { readInventory } from "../input/read-inventory.ts";
import { toSnapshot } from "../input/to-snapshot.ts";
import type { Note } from "../outcome.ts";
import { sha256Hex } from "../sha256-hex.ts";
import type { Surroundings } from "../surroundings.ts";
import { UsageError } from "../usage-error.ts";
import type { ClusterOptions } from "./cluster-options.ts";

/** Documents and what they mean. */
export interface ResolvedCluster {
  readonly inventory: Inventory;
  readonly resolution: Resolution;
  /** ConfigValid of every PtpOperatorConfig, by key; resolution takes what is sound in it without a word. */
  readonly operatorConfigs: ReadonlyMap<string, ConditionDraft>;
  readonly notes: readonly Note[];
}

/** Reads and resolves. @throws UsageError for a path that cannot be read. */
export async function resolveCluster(options: ClusterOptions, surroundings: Surroundings): Promise<ResolvedCluster> {
  const inventory = await readInventory(options, surroundings);
  const resolution = resolve(toSnapshot(inventory, options.namespace), sha256Hex);
  const operatorConfigs = inventory.objects.flatMap((object) =>
    object.document.kind === "PtpOperatorConfig" ? [[object.key, operatorConfigValid(object)] as const] : [],
  );
  const hint: Note = {
    severity: "hint",
    text: "no Node documents were read, so no node is resolved; add them: kubectl get nodes -o yaml > nodes.yaml",
  };
  const notes = [...inventoryNotes(inventory), ...(resolution.nodes.size === 0 ? [hint] : [])];
  return { inventory, resolution, operatorConfigs: new Map(operatorConfigs), notes };
}

/** What one node gets. @throws UsageError if no Node document has that name. */
export function requireNode({ nodes }: Resolution, name: string): NodeResolution {
  const found = nodes.get(name);
  if (found !== undefined) return found;
  const known = [...nodes.keys()];
  const shown = known.length === 0 ? "none was read" : `read were ${known.slice(0, 10).join(", ")}`;
  throw new UsageError(`--node ${name}: no Node document has this name (${shown}${known.length > 10 ? ", …" : ""})`);
}

/** Number of errors: what was left out of the input, and every object with ConfigValid=False. */
export function countErrors(cluster: ResolvedCluster): number {
  const { problems, duplicates } = cluster.inventory;
  return problems.length + duplicates.length + invalidObjects(cluster).length;
}

/** What is wrong with objects, for commands whose result does not show status. */
export function validityNotes(cluster: ResolvedCluster): readonly Note[] {
  return invalidObjects(cluster).map(({ key, condition: { reason, message } }) => {
    return { severity: "error", text: `${key}: ConfigValid=False (${reason}): ${message}` };
  });
}

function invalidObjects({ resolution, operatorConfigs }: ResolvedCluster) {
  const conditions = [
    ...[...resolution.status, ...resolution.hardwareStatus].flatMap(([key, { conditions }]) =>
      conditions.map((condition) => ({ key, condition })),
    ),
    ...[...operatorConfigs].map(([key, condition]) => ({ key, condition })),
  ];
  return conditions.filter(({ condition: { type, status } }) => type === "ConfigValid" && status === "False");
}

function operatorConfigValid(object: InventoryObject): ConditionDraft {
  const errors =
    object.state === "invalid"
      ? object.findings
      : object.document.kind === "PtpOperatorConfig"
        ? admitPtpOperatorConfig(object.document).errors
        : [];
  const message = errors.map(toText).join("\n");
  return errors.length === 0
    ? { type: "ConfigValid", status: "True", reason: reasons.succeeded, message }
    : { type: "ConfigValid", status: "False", reason: reasons.invalid, message };
}
