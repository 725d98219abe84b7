import type { ApiClient } from "@ptp/cluster";
import { WireError } from "@ptp/wire";
import type { AgentPods } from "./agent-pods.ts";
import { readToken } from "./read-token.ts";
import { nodeOfPod, type Refusal } from "./review-of-token.ts";
import { createTokenReviewer } from "./token-reviewer.ts";

/** The audience of agents' tokens: a token that was made for the operator is of no use anywhere else. */
export const agentAudience = "ptp-agent.ptp.openshift.io";

/** What identity rests on. */
export interface AgentIdentityOptions {
  readonly client: Pick<ApiClient, "request">;
  readonly pods: Pick<AgentPods, "byUid" | "synced">;
  readonly namespace: string;
  /** Of the agents' pods. */
  readonly serviceAccount: string;
  readonly nowUnixMs: () => number;
}

/** Tells nodes by tokens. */
export interface AgentIdentity {
  /**
   * The node that the bringer of a token is on.
   *
   * @param authorization values of that metadata of the call.
   * @throws WireError with the reason, if it is none or cannot be told now.
   */
  nodeOf(authorization: readonly (string | Uint8Array)[]): Promise<string>;
}

/** Creates the check: token → pod by the API server, pod → node by the operator's own cache (design.md section 4). */
export function createAgentIdentity(options: AgentIdentityOptions): AgentIdentity {
  const { client, pods, namespace, serviceAccount, nowUnixMs } = options;
  const audience = agentAudience;
  const username = `system:serviceaccount:${namespace}:${serviceAccount}`;
  const reviewer = createTokenReviewer({ client, expected: { audience, username }, nowUnixMs });
  return {
    nodeOf: async (authorization) => {
      const read = readToken(authorization, { audience, nowUnixMs: nowUnixMs() });
      if (!read.ok) throw refused(read);
      if (!pods.synced()) throw new WireError("UNAVAILABLE", "the cluster's pods are not known yet");
      const proven = await reviewer.review(read);
      if (!proven.ok) throw refused(proven);
      // Never remembered: a token ends with its pod.
      const place = nodeOfPod(proven, pods.byUid(proven.podUid));
      if (!place.ok) throw refused(place);
      return place.nodeName;
    },
  };
}

function refused({ status, reason }: Refusal): WireError {
  return new WireError(status, reason);
}
