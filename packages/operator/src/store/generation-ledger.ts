import { canonicalJson, type JsonValue } from "@ptp/node";
import type { ClusterDocument } from "@ptp/api";
import { createHash } from "node:crypto";

/** A generation and the content it stands for. */
export interface Generation {
  readonly generation: number;
  readonly contentHash: string;
}

/** Counts generations as the API server does: up by one whenever anything but metadata and status changes. */
export interface GenerationLedger {
  /** The generation of an object with this content. */
  next(keyText: string, document: ClusterDocument): Generation;
  /** What a process before this one had counted. */
  seed(keyText: string, generation: Generation): void;
}

/** Creates a ledger that knows nothing. */
export function createGenerationLedger(): GenerationLedger {
  const generations = new Map<string, Generation>();
  return {
    next: (keyText, document) => {
      const contentHash = hashOf(document);
      const last = generations.get(keyText);
      if (last?.contentHash === contentHash) return last;
      const generation = { generation: (last?.generation ?? 0) + 1, contentHash };
      generations.set(keyText, generation);
      return generation;
    },
    seed: (keyText, generation) => void generations.set(keyText, generation),
  };
}

function hashOf(document: ClusterDocument): string {
  const content = { ...document, metadata: null, status: null };
  return createHash("sha256")
    .update(canonicalJson(content as unknown as JsonValue))
    .digest("hex")
    .slice(0, 16);
}
