import { reasons } from "@ptp/api";
import type { AgentsJudgement } from "../reconcile/operator-config/agents-standing.ts";
import { draft } from "../status/condition-draft.ts";

/** How `ptp-configmap` stands. */
export type PublishStanding =
  /** It holds the profiles of so many nodes. */
  | { readonly kind: "published"; readonly nodes: number }
  /** What is in it stays until the user acts. */
  | { readonly kind: "oversized"; readonly reason: string }
  /** It was not compared yet, or could not be written; that is tried again. */
  | { readonly kind: "pending"; readonly message: string };

const type = "ProfilesPublished";

/** The judgement of the PtpOperatorConfig with the condition ProfilesPublished; without a standing there is none. */
export function withPublishing(judgement: AgentsJudgement, standing: PublishStanding | undefined): AgentsJudgement {
  if (standing === undefined) return judgement;
  const { aspects, pending } = judgement;
  switch (standing.kind) {
    case "published": {
      const message = `ptp-configmap holds the profiles of ${standing.nodes} nodes`;
      return { ...judgement, aspects: [...aspects, draft(type, "True", reasons.succeeded, message)] };
    }
    case "oversized":
      return { ...judgement, aspects: [...aspects, draft(type, "False", reasons.profilesTooLarge, standing.reason)] };
    case "pending": {
      const { message } = standing;
      const reason = reasons.progressing;
      return {
        ...judgement,
        aspects: [...aspects, draft(type, "False", reason, message)],
        pending: pending ?? { reason, message },
      };
    }
  }
}
