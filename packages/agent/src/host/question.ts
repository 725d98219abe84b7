import { createBackoff, settlesWithin } from "@ptp/kit";

/** How one time of asking ended. Late: who was asked was ended before it had answered, and may answer another time. */
export type Reply<T> = { readonly isLate: true } | { readonly isLate: false; readonly told: T };

/** What a question needs. */
export interface QuestionOptions<T> {
  /** Asks once. If it rejects nobody was asked, which counts as late. */
  readonly ask: () => Promise<Reply<T>>;
  /** How long the first to want the answer waits for it. */
  readonly awaitMs: number;
  /** The answer has come after somebody had to go on without it. */
  readonly onLateAnswer: () => void;
  readonly monotonicMs: () => number;
}

/** Something that is asked until it is told, and then never again. */
export interface Question<T> {
  /**
   * What was told; undefined while it is not known. Only what is asked for the first time is waited for: who never answers
   * must hold nobody up again and again. Never rejects.
   */
  answer(): Promise<T | undefined>;
}

/** From one late reply to the next try, which waits for somebody to want the answer too. */
const pauses = { initialMs: 10_000, maxMs: 3_600_000, jitter: 0, random: () => 0 };

/** Creates a question that nobody has asked. Tries do not overlap. */
export function createQuestion<T>({ ask, awaitMs, onLateAnswer, monotonicMs }: QuestionOptions<T>): Question<T> {
  const backoff = createBackoff(pauses);
  let known: { readonly told: T } | undefined;
  let isAsking = false;
  let isMissed = false;
  let nextTryMs = -Infinity;
  let firstWait: Promise<unknown> | undefined;
  const attempt = async (): Promise<void> => {
    isAsking = true;
    const reply = await ask().catch(() => ({ isLate: true }) as const);
    isAsking = false;
    if (reply.isLate) {
      nextTryMs = monotonicMs() + backoff.next();
      return;
    }
    known = reply;
    if (isMissed) onLateAnswer();
  };
  return {
    answer: async () => {
      if (known === undefined && !isAsking && monotonicMs() >= nextTryMs) {
        const trying = attempt();
        firstWait ??= settlesWithin(trying, awaitMs);
      }
      await firstWait;
      isMissed ||= known === undefined;
      return known?.told;
    },
  };
}
