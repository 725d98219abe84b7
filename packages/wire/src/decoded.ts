/** The smallest part of a message that could not be used; the rest of the message stands. */
export interface Dropped {
  /** The entry: a profile's qualified name, a process key, … */
  readonly name: string;
  /** Field within the entry. */
  readonly path: string;
  readonly reason: string;
}

/** A message as a value with what had to be left out of it, or why nothing of it can be used. */
export type Decoded<T> =
  | { readonly ok: true; readonly value: T; readonly dropped: readonly Dropped[] }
  | { readonly ok: false; readonly reason: string };

/** A field that cannot be read; thrown inside the conversions and caught where the smallest entry is known. */
export class FieldError extends Error {
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

/** Converts each entry of a list by itself, so that a broken one costs only itself. */
export function decodeEach<M, T>(
  entries: readonly M[],
  nameOf: (entry: M) => string,
  convert: (entry: M) => T,
  dropped: Dropped[],
): readonly T[] {
  const values: T[] = [];
  for (const entry of entries) {
    try {
      values.push(convert(entry));
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      dropped.push({ name: nameOf(entry), path: error.path, reason: error.message });
    }
  }
  return values;
}

/** The reason of a message that is lost as a whole because of one field. */
export function undecodable(path: string, reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason: `undecodable: field ${path}: ${reason}` };
}
