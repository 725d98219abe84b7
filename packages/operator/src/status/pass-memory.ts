/** Results of earlier passes, kept while what they were made of is the same. */
export interface PassMemory<T> {
  /** A pass begins: what the one before did not ask for is forgotten. */
  begin(): void;
  /** The result under this name if its inputs are the same values as then, by identity; otherwise made and kept. */
  remember(name: string, inputs: readonly unknown[], make: () => T): T;
}

interface Kept<T> {
  readonly inputs: readonly unknown[];
  readonly result: T;
}

/** Creates a memory that knows nothing. It holds what one pass asked for, and during a pass what the one before did. */
export function createPassMemory<T>(): PassMemory<T> {
  let before = new Map<string, Kept<T>>();
  let kept = new Map<string, Kept<T>>();
  return {
    begin: () => {
      before = kept;
      kept = new Map();
    },
    remember: (name, inputs, make) => {
      const known = kept.get(name) ?? before.get(name);
      const now = known !== undefined && isSame(known.inputs, inputs) ? known : { inputs, result: make() };
      kept.set(name, now);
      return now.result;
    },
  };
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((each, index) => Object.is(each, other[index]));
}
