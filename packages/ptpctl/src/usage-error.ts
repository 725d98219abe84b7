/**
 * The user asked for something that cannot be done as asked: an unknown flag, a missing or unreadable file, an argument
 * of the wrong form. The message names flag or file, what is wrong and the remedy. Ends the program with exit code 2.
 */
export class UsageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "UsageError";
  }
}
