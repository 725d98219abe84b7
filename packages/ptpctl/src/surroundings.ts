/** What a run takes from outside beside its arguments and files. */
export interface Surroundings {
  /** Standard input, read only for the path `-`. */
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Version of the program. */
  readonly version: string;
  /** Name under which it was started, for help and messages. */
  readonly programName: string;
}
