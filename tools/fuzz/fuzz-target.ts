/** One way into the program for bytes of strangers, and the laws that hold whatever they are. */
export interface FuzzTarget {
  /** Also its folder in `corpus`. */
  readonly name: string;
  /** For people: what is read, and what must hold. */
  readonly title: string;
  /** Inputs to begin with: well-formed ones, so that changes of them come far. */
  readonly seeds: () => readonly Uint8Array[];
  /** Makes the check, once. It throws where a law is broken: an error of the code under test is one. */
  readonly prepare: () => (input: Uint8Array) => void;
  /** Time that any input may take, however short. Default 10 ms. */
  readonly baseMs?: number;
}
