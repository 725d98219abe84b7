import type { Logger } from "@ptp/kit";
import type { HostFacts } from "@ptp/node";
import { neededTlvs, type Ptp4lInstance } from "@ptp/plan";
import { notSupported, type ManagementId } from "@ptp/ptp";
import type { ManagementOutcome } from "./management-client.ts";
import type { ManagementQueries } from "./management-queries.ts";

/** What knowledge of the installed ptp4l needs. */
export interface TlvKnowledgeOptions {
  readonly queries: Pick<ManagementQueries, "get">;
  /** Other facts follow from what was learnt. */
  readonly onChange: () => void;
  readonly log: Logger;
}

/** Which management TLVs the installed ptp4l knows: its version does not tell, since builds are patched. */
export interface TlvKnowledge {
  /** Asks one that has just started; a refusal is a fact, silence is none. */
  learn(instance: Ptp4lInstance): Promise<void>;
  /** Facts with what was learnt. */
  complete(facts: HostFacts): HostFacts;
}

/** Creates knowledge of nothing: every TLV is taken for known until a ptp4l says otherwise. */
export function createTlvKnowledge({ queries, onChange, log }: TlvKnowledgeOptions): TlvKnowledge {
  const missing = new Set<ManagementId>();
  return {
    learn: async (instance) => {
      const before = [...missing];
      for (const tlv of neededTlvs) {
        const isKnown = knows(await queries.get(instance, tlv));
        if (isKnown === true) missing.delete(tlv);
        if (isKnown === false) missing.add(tlv);
      }
      if (missing.size === before.length && before.every((tlv) => missing.has(tlv))) return;
      log.info("ptp4l told which TLVs it lacks", { process: instance.key, missing: [...missing].sort().join(", ") });
      onChange();
    },
    complete: (facts) => {
      const { ptp4l } = facts.programs;
      if (ptp4l === undefined || missing.size === 0) return facts;
      return { ...facts, programs: { ...facts.programs, ptp4l: { ...ptp4l, missingTlvs: [...missing].sort() } } };
    },
  };
}

function knows(outcome: ManagementOutcome<ManagementId> | undefined): boolean | undefined {
  if (outcome?.kind === "replies") return true;
  if (outcome?.kind === "unsupported") return false;
  if (outcome?.kind === "refused" && outcome.error.errorId === notSupported) return false;
  return undefined;
}
