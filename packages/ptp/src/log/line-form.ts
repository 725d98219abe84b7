import type { LogFact } from "./log-fact.ts";
import type { ServoState } from "./log-observation.ts";

/**
 * One form of line: a pattern over the text behind header and tag, and what it means. Patterns are anchored or start with
 * a literal, and repeat nothing that repeats, so that matching takes linear time on any text. `read` may still find that the words make
 * no sense, and answer undefined: then the next form is tried.
 */
export interface LineForm {
  readonly pattern: RegExp;
  /** Takes the groups by position: objects of named groups would cost more than the match. */
  readonly read: (match: LineMatch) => LogFact | undefined;
}

/** The whole match, then its groups in order; a group that took no part is undefined. */
export type LineMatch = readonly (string | undefined)[];

/** What the first form that fits makes of `text`; undefined if none does. */
export function readForms(forms: readonly LineForm[], text: string): LogFact | undefined {
  for (const form of forms) {
    const match = form.pattern.exec(text);
    const fact = match === null ? undefined : form.read(match);
    if (fact !== undefined) return fact;
  }
  return undefined;
}

/** A group that always takes part, as a number; -0 reads as 0. */
export function numberOf(group: string | undefined): number {
  return Number(group) + 0;
}

/** `{ [name]: text }` if the group took part, else nothing: for optional properties. */
export function optionalText<K extends string>(name: K, group: string | undefined): Partial<Record<K, string>> {
  return group === undefined ? {} : ({ [name]: group } as Record<K, string>);
}

/** A servo state; patterns admit s0 to s3 only. */
export function servoOf(group: string | undefined): ServoState {
  return group as ServoState;
}

/** A fixed meaning for lines that start with `words`. */
export function startsWith(words: RegExp, fact: LogFact): LineForm {
  return { pattern: words, read: () => fact };
}
