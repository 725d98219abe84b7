import { AppError, errnoCode, messageOf, type ErrorKind } from "@ptp/kit";
import { describeRequest, requestText, type RequestLine, type RequestWords } from "./describe-request.ts";
import { longestRetryAfterMs } from "./parse-retry-after.ts";

/** One cause of a refusal, such as a field another manager owns. */
export interface ErrorCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** What the API server said beside the message. */
export interface ApiErrorFacts {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** Kubernetes' own word, such as `Conflict`, `AlreadyExists`, `Expired`; the system's code when no answer came. */
  readonly reason?: string;
  readonly causes?: readonly ErrorCause[];
  /** The server asks to wait this long. */
  readonly retryAfterMs?: number;
}

/** A request the API server refused or never answered; its kind decides the treatment, as of every AppError. */
export class ApiError extends AppError {
  readonly status: number;
  readonly reason: string;
  readonly causes: readonly ErrorCause[];
  readonly retryAfterMs: number | undefined;

  constructor(kind: ErrorKind, message: string, facts: ApiErrorFacts, options?: ErrorOptions) {
    super(kind, message, options);
    this.name = "ApiError";
    this.status = facts.status;
    this.reason = facts.reason ?? "";
    this.causes = facts.causes ?? [];
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** Kubernetes' `Status` object, as far as it could be read from an answer or from a watch's ERROR. */
export interface StatusObject {
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly ErrorCause[]; readonly retryAfterSeconds?: number };
}

/** The error of an answer that is no success. `status` may be anything JSON or text gave; only objects are looked at. */
export function fromStatus(httpStatus: number, status: unknown, line: RequestLine, retryAfterMs?: number): ApiError {
  const { reason, message, details } = isStatus(status) ? status : {};
  const words = describeRequest(line);
  const what = words === undefined ? `${line.method} ${line.path}` : requestText(words);
  const said = message ?? (typeof status === "string" ? status.slice(0, 300) : `HTTP status ${httpStatus}`);
  const toldMs = details?.retryAfterSeconds === undefined ? undefined : details.retryAfterSeconds * 1000;
  const wait = retryAfterMs ?? (toldMs === undefined ? undefined : Math.min(toldMs, longestRetryAfterMs));
  const facts = {
    status: httpStatus,
    ...(reason !== undefined && { reason }),
    ...(Array.isArray(details?.causes) && { causes: details.causes }),
    ...(wait !== undefined && { retryAfterMs: wait }),
  };
  return new ApiError(
    kindOf(httpStatus, facts.causes),
    `cannot ${what}: ${said}${remedy(httpStatus, said, words)}`,
    facts,
  );
}

/** The error of a request that got no answer: a broken connection, a deadline, a certificate that is not trusted. */
export function fromConnection(error: unknown, line: RequestLine): ApiError {
  if (error instanceof ApiError) return error;
  const words = describeRequest(line);
  const what = words === undefined ? `${line.method} ${line.path}` : requestText(words);
  const isTrust = certificateCodes.has(codeOf(error));
  const hint = isTrust ? "; give the kubeconfig the certificate authority of this API server" : "";
  const message = `cannot ${what}: no answer from the API server: ${messageOf(error)}${hint}`;
  const facts = { status: 0, reason: codeOf(error) };
  return new ApiError(isTrust ? "invalid" : "transient", message, facts, { cause: error });
}

/** Whether a stream failed because nothing came for its `idleMs`. */
export function isSilence(error: unknown): boolean {
  return error instanceof ApiError && error.reason === "UND_ERR_BODY_TIMEOUT";
}

/** Whether a value is an error of this HTTP status. */
export function hasStatus(error: unknown, status: number): error is ApiError {
  return error instanceof ApiError && error.status === status;
}

const certificateCodes = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

function codeOf(error: unknown): string {
  return errnoCode(error) ?? (error instanceof Error && "code" in error ? String(error.code) : "");
}

function isStatus(value: unknown): value is StatusObject {
  return typeof value === "object" && value !== null;
}

function kindOf(status: number, causes: readonly ErrorCause[] = []): ErrorKind {
  if (causes.some(({ reason }) => reason === "NamespaceTerminating")) return "waiting";
  if (status === 404) return "waiting";
  // 409: another version is there, read it again; 410: list again; 429: later.
  if (status === 409 || status === 410 || status === 429 || status === 408) return "transient";
  return status >= 500 ? "transient" : "invalid";
}

function remedy(status: number, said: string, words: RequestWords | undefined): string {
  if (status === 401) {
    return "; the API server does not know this token or client certificate: renew it, or name another kubeconfig";
  }
  // Admission plugins answer 403 too; only the authoriser speaks of what a user cannot do.
  if (status !== 403 || words === undefined || !/ cannot /.test(said)) return "";
  const where = words.namespace === undefined ? "a ClusterRole" : `a Role in namespace ${words.namespace}`;
  const rule = `apiGroups: [${JSON.stringify(words.group)}], resources: [${JSON.stringify(words.resource)}], verbs: [${JSON.stringify(words.verb)}]`;
  return `; bind ${where} with the rule {${rule}} to this user`;
}
