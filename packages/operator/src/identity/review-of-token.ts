import type { StatusName } from "@ptp/wire";
import type { RefusalWord } from "./agent-refusal.ts";

/** What the API server says of a token: the status of a TokenReview, as far as it is read. */
export interface TokenReviewStatus {
  readonly authenticated?: boolean;
  readonly audiences?: readonly string[];
  readonly user?: {
    readonly username?: string;
    readonly extra?: Readonly<Record<string, readonly string[]>>;
  };
  readonly error?: string;
}

/** Which tokens are agents'. */
export interface ExpectedToken {
  readonly audience: string;
  /** `system:serviceaccount:<namespace>:<name>` */
  readonly username: string;
}

/** What is known of a pod. */
export interface AgentPod {
  readonly name: string;
  /** Absent: not scheduled yet. */
  readonly nodeName?: string;
  readonly phase?: string;
  /** Known, and not ready. */
  readonly isUnready?: boolean;
}

/** Why a token proves no node. */
export interface Refusal {
  readonly ok: false;
  readonly status: Extract<StatusName, "UNAUTHENTICATED" | "PERMISSION_DENIED">;
  readonly word: RefusalWord;
  /** What is wrong, and what to do. */
  readonly reason: string;
}

/** A pod that a token speaks for, or why there is none. */
export type ReviewedToken = Refusal | ProvenPod;

/** The pod of a token, as the API server has proven it. */
export interface ProvenPod {
  readonly ok: true;
  readonly podUid: string;
  readonly podName: string;
  /** Node in the token itself; Kubernetes before 1.32 tells none. */
  readonly nodeName?: string;
}

const extraPrefix = "authentication.kubernetes.io/";

/** Judges what the API server says of a token. */
export function judgeReview(review: TokenReviewStatus, expected: ExpectedToken): ReviewedToken {
  if (review.authenticated !== true) {
    const why = review.error || "it gives no reason";
    const remedy = "the pod is gone, or the token is of another cluster; the agent reads its file again";
    return unauthenticated("not-authenticated", `the API server refuses the token: ${why} (${remedy})`);
  }
  // An API server that does not know of audiences leaves them out: then the token may be anybody's.
  if (review.audiences?.includes(expected.audience) !== true) {
    return unauthenticated("wrong-audience", `the token is not proven to be for audience ${expected.audience}`);
  }
  const { username = "", extra = {} } = review.user ?? {};
  if (username !== expected.username) {
    const remedy = "set the agent's serviceAccountName, or --agent-service-account of the operator";
    return denied("wrong-service-account", `the token is of ${username}, agents are ${expected.username}: ${remedy}`);
  }
  const only = (name: string) => (extra[extraPrefix + name]?.length === 1 ? extra[extraPrefix + name]?.[0] : undefined);
  const [podUid, podName = "", nodeName] = [only("pod-uid"), only("pod-name"), only("node-name")];
  if (podUid === undefined) {
    return denied("no-pod", "the token is bound to no pod: use the token of a projected volume");
  }
  return { ok: true, podUid, podName, ...(nodeName === undefined ? {} : { nodeName }) };
}

/** The node a proven pod is on, by the operator's own knowledge of pods. */
export function nodeOfPod(
  proven: ProvenPod,
  pod: AgentPod | undefined,
): Refusal | { readonly ok: true; readonly nodeName: string } {
  const { podName, podUid, nodeName } = proven;
  const named = `pod ${podName} (uid ${podUid})`;
  if (pod === undefined) {
    return unauthenticated("pod-unknown", `${named} is not known: it is deleted, or not yet seen (then try again)`);
  }
  if (pod.nodeName === undefined) return unauthenticated("pod-unscheduled", `${named} is on no node yet: try again`);
  if (pod.phase === "Succeeded" || pod.phase === "Failed") {
    return unauthenticated("pod-ended", `${named} has ended (${pod.phase}): its token counts no more`);
  }
  if (nodeName !== undefined && nodeName !== pod.nodeName) {
    const remedy = "a token must be used where it was issued";
    return denied("wrong-node", `the token is for node ${nodeName}, ${named} is on node ${pod.nodeName}: ${remedy}`);
  }
  return { ok: true, nodeName: pod.nodeName };
}

/** A token that proves nothing. */
export function unauthenticated(word: RefusalWord, reason: string): Refusal {
  return { ok: false, status: "UNAUTHENTICATED", word, reason };
}

/** A token that proves somebody else. */
function denied(word: RefusalWord, reason: string): Refusal {
  return { ok: false, status: "PERMISSION_DENIED", word, reason };
}
