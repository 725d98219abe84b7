import { isJsonObject } from "@ptp/api";

/** What the API server asks about. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  /** Empty for the object itself. */
  readonly subResource: string;
  readonly operation: string;
  /** Absent on DELETE. */
  readonly object: unknown;
  /** Absent on CREATE. */
  readonly oldObject: unknown;
}

/** What is answered. */
export interface Verdict {
  readonly allowed: boolean;
  /** Why not; shown to who applies. */
  readonly message?: string;
  /** Shown to who applies, whatever the verdict. */
  readonly warnings: readonly string[];
}

/** A request that was read, or why it could not be. */
export type ReviewReading =
  | { readonly type: "request"; readonly request: AdmissionRequest }
  | { readonly type: "unreadable"; readonly problem: string };

const apiVersion = "admission.k8s.io/v1";
const kind = "AdmissionReview";

/** Reads the body of a question: an AdmissionReview v1. */
export function readReview(body: Uint8Array): ReviewReading {
  const value = parse(body);
  if (!isJsonObject(value)) return unreadable("the body is no JSON object");
  if (value["apiVersion"] !== apiVersion || value["kind"] !== kind) {
    const got = `${text(value["apiVersion"])} ${text(value["kind"])}`.slice(0, 200);
    return unreadable(`expected ${apiVersion} ${kind}, got ${got}: set admissionReviewVersions to [v1]`);
  }
  const request = value["request"];
  if (!isJsonObject(request)) return unreadable("the AdmissionReview has no request");
  const uid = request["uid"];
  if (typeof uid !== "string" || uid === "") return unreadable("the request has no uid");
  const of = isJsonObject(request["kind"]) ? request["kind"] : {};
  return {
    type: "request",
    request: {
      uid,
      kind: { group: text(of["group"]), version: text(of["version"]), kind: text(of["kind"]) },
      subResource: text(request["subResource"]),
      operation: text(request["operation"]),
      object: request["object"] ?? undefined,
      oldObject: request["oldObject"] ?? undefined,
    },
  };
}

/** The body of an answer. */
export function reviewText(uid: string, { allowed, message, warnings }: Verdict): string {
  // As the webhooks of controller-runtime answer: kubectl shows which webhook refused, and the message.
  const status = { code: 403, status: "Failure", reason: "Forbidden", message };
  const response = {
    uid,
    allowed,
    ...(allowed ? {} : { status }),
    ...(warnings.length > 0 && { warnings }),
  };
  return JSON.stringify({ apiVersion, kind, response });
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)) as unknown;
  } catch {
    return undefined;
  }
}

function unreadable(problem: string): ReviewReading {
  return { type: "unreadable", problem };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
