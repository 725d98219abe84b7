/** The value as a list; anything else is an empty one. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value as text; anything else is absent. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
