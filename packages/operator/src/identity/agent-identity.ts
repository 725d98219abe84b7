import type { ApiClient } from "@ptp/cluster";
import type { Logger } from "@ptp/kit";
import type { AgentPods } from "./agent-pods.ts";
import { AgentRefusal, type RefusalWord } from "./agent-refusal.ts";
import { followPod } from "./follow-pod.ts";
import { readToken } from "./read-token.ts";
import { judgeReview, nodeOfPod, type ProvenPod, type Refusal, type ReviewedToken } from "./review-of-token.ts";
import { createTokenReviewer, type TokenReviewer } from "./token-reviewer.ts";

/** The audience of agents' tokens: a token that was made for the operator is of no use anywhere else. */
export const agentAudience = "ptp-agent.ptp.openshift.io";

/** What identity rests on. */
export interface AgentIdentityOptions {
  readonly client: Pick<ApiClient, "request">;
  readonly pods: Pick<AgentPods, "byUid" | "synced" | "subscribe">;
  readonly namespace: string;
  /** Of the agents' pods. */
  readonly serviceAccount: string;
  readonly nowUnixMs: () => number;
  readonly log: Logger;
  /** An agent was refused. */
  readonly refused: (word: RefusalWord) => void;
}

/** What a token has proven, for as long as its pod lives. */
export interface AgentProof {
  /** The node that the bringer of the token is on. */
  readonly nodeName: string;
  readonly podName: string;
  /** Aborts with the refusal when the pod is no more. */
  readonly ended: AbortSignal;
  /** Compares the name that the agent gives itself. @throws AgentRefusal if it is another node's. */
  readonly checkName: (claimed: string) => void;
}

/** Tells nodes by tokens. */
export interface AgentIdentity {
  /**
   * Runs something for the bringer of a token.
   *
   * @param authorization values of that metadata of the call.
   * @throws AgentRefusal with the reason, if it is nobody or that cannot be told now; whatever `run` throws.
   */
  whileProven(
    authorization: readonly (string | Uint8Array)[],
    run: (proof: AgentProof) => Promise<void>,
  ): Promise<void>;
}

/** Tells nodes by tokens that the API server reviews. */
export interface ReviewedIdentity extends AgentIdentity {
  /** How many tokens wait for others to be reviewed first. */
  waiting(): number;
}

/** Creates the check: token → pod by the API server, pod → node by the operator's own cache (design.md section 4). */
export function createAgentIdentity(options: AgentIdentityOptions): ReviewedIdentity {
  const { client, pods, namespace, serviceAccount, nowUnixMs, log } = options;
  const expected = { audience: agentAudience, username: `system:serviceaccount:${namespace}:${serviceAccount}` };
  const reviewer = createTokenReviewer<ReviewedToken>({
    client,
    audience: agentAudience,
    judge: (status) => judgeReview(status, expected),
    nowUnixMs,
  });
  return {
    waiting: () => reviewer.waiting(),
    whileProven: async (authorization, run) => {
      try {
        const { proven, nodeName } = await prove(authorization, reviewer, options);
        const following = followPod(proven, pods);
        try {
          const { podName } = proven;
          await run({
            nodeName,
            podName,
            ended: following.ended,
            checkName: (claimed) => checkName(claimed, nodeName),
          });
        } finally {
          following.stop();
        }
      } catch (error) {
        if (error instanceof AgentRefusal) {
          const { status, word, message } = error;
          options.refused(word);
          log.info("agent refused", { status, word, reason: message });
        }
        throw error;
      }
    },
  };
}

async function prove(
  authorization: readonly (string | Uint8Array)[],
  reviewer: TokenReviewer<ReviewedToken>,
  { pods, nowUnixMs }: AgentIdentityOptions,
): Promise<{ readonly proven: ProvenPod; readonly nodeName: string }> {
  const read = readToken(authorization, { audience: agentAudience, nowUnixMs: nowUnixMs() });
  if (!read.ok) throw refused(read);
  if (!pods.synced()) {
    throw new AgentRefusal("UNAVAILABLE", "pods-unknown-yet", "the cluster's pods are not known yet");
  }
  const proven = await reviewer.review(read);
  if (!proven.ok) throw refused(proven);
  // Never remembered: a token ends with its pod.
  const place = nodeOfPod(proven, pods.byUid(proven.podUid));
  if (!place.ok) throw refused(place);
  return { proven, nodeName: place.nodeName };
}

/** An agent that takes itself for another node's would render that node's files; an old one gives no name. */
function checkName(claimed: string, nodeName: string): void {
  if (claimed === "" || claimed === nodeName) return;
  const remedy = "set NODE_NAME of its container from spec.nodeName";
  throw new AgentRefusal(
    "PERMISSION_DENIED",
    "wrong-name",
    `the agent calls itself ${claimed.slice(0, 253)}, its pod is on node ${nodeName}: ${remedy}`,
  );
}

function refused({ status, word, reason }: Refusal): AgentRefusal {
  return new AgentRefusal(status, word, reason);
}
