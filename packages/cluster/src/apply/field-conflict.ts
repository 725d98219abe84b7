import { ApiError } from "../connection/api-error.ts";

/** A field that somebody else set and has not given up. */
export interface FieldConflict {
  /** Path as the API server writes it: `.spec.replicas`. */
  readonly field: string;
  /** Who owns it. */
  readonly manager: string;
}

/** The fields a server-side apply was refused for; undefined if the error is no such refusal. */
export function fieldConflicts(error: unknown): readonly FieldConflict[] | undefined {
  if (!(error instanceof ApiError) || error.status !== 409) return undefined;
  const causes = error.causes.filter(({ reason }) => reason === "FieldManagerConflict");
  if (causes.length === 0) return undefined;
  return causes.map(({ field = "", message = "" }) => ({ field, manager: /"([^"]*)"/.exec(message)?.[1] ?? message }));
}

/**
 * The error of an apply in terms of who must do what: a field conflict is for the user to settle (invalid), a plain
 * conflict of versions comes again (transient).
 */
export function fromApply(error: ApiError, object: string): ApiError {
  const conflicts = fieldConflicts(error);
  if (conflicts === undefined) return error;
  const list = conflicts.map(({ field, manager }) => `${field} (set by ${manager})`).join(", ");
  const message = `${object}: others own fields this operator sets: ${list}; remove them there, or delete the object`;
  const { status, reason, causes } = error;
  return new ApiError("invalid", message, { status, reason, causes }, { cause: error });
}
