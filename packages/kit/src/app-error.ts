/**
 * What a failure asks for: `invalid`: the user must change something, no retry helps; `waiting`: something has to happen
 * first; `transient`: try again with back-off; `bug`: the program is wrong, crash rather than go on.
 */
export type ErrorKind = "invalid" | "waiting" | "transient" | "bug";

/** An error that carries its treatment. */
export class AppError extends Error {
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AppError";
    this.kind = kind;
  }
}

/** System errors that a user can only mend by changing a path, a permission or a name. */
const invalidCodes = new Set(["EACCES", "EPERM", "ENOTDIR", "EISDIR", "ENAMETOOLONG", "ELOOP", "EROFS", "EINVAL"]);

/**
 * The one place where a caught value becomes an AppError. An AppError passes unchanged; a system error gets the kind of
 * its errno; anything else that was thrown is a bug.
 */
export function toAppError(value: unknown): AppError {
  if (value instanceof AppError) return value;
  const code = errnoCode(value);
  if (code !== undefined) {
    return new AppError(invalidCodes.has(code) ? "invalid" : "transient", messageOf(value), { cause: value });
  }
  return new AppError("bug", messageOf(value), { cause: value });
}

/** `ENOENT` and the like, if the value is a system error. */
export function errnoCode(value: unknown): string | undefined {
  if (!(value instanceof Error) || !("code" in value) || typeof value.code !== "string") return undefined;
  return /^E[A-Z0-9]+$/.test(value.code) ? value.code : undefined;
}

/** Words of anything that was thrown. */
export function messageOf(value: unknown): string {
  return value instanceof Error ? value.message : String(value);
}
