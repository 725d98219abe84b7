import { messageOf, type Logger } from "@ptp/kit";
import type { Instant } from "@ptp/node";
import type { ProcessSpec } from "@ptp/plan";
import type { OpenStreamPair } from "../host/stream-pair.ts";
import { describeExit, type TerminationReason } from "./exit-record.ts";
import { createLastWords } from "./last-words.ts";
import type { MachineEvent } from "./process-machine.ts";
import { prepareRunFiles } from "./run-files.ts";
import { spawnChild, type Child, type ChildExit } from "./spawn-child.ts";

/** What an attempt runs, and for whom. */
export interface AttemptOptions {
  readonly spec: ProcessSpec;
  /** Complete environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  readonly clock: () => Instant;
  readonly log: Logger;
  readonly onLine: (line: string) => void;
  /** Makes what its output goes through. */
  readonly openPair?: OpenStreamPair | undefined;
}

/** What an attempt asks and tells. */
export interface Attempt {
  readonly stillWanted: () => boolean;
  readonly reason: () => TerminationReason;
  readonly onChild: (child: Child) => void;
  /** Whether that is the run whose end is waited for: one that was left behind may still end. */
  readonly isCurrent: (pid: number) => boolean;
  /** `exit` is what the record says from now on. */
  readonly dispatch: (event: MachineEvent, exit?: string) => void;
}

/** One run of the program, from writing its files to its end. Never rejects: what goes wrong is an event. */
export async function attemptStart(options: AttemptOptions, attempt: Attempt): Promise<void> {
  const { spec, clock, log } = options;
  const words = createLastWords();
  const startedMs = clock().monotonicMs;
  const end = (exit: Pick<ChildExit, "code" | "signal"> & { failure?: string }): string => {
    const durationMs = clock().monotonicMs - startedMs;
    const text = describeExit(spec.key, { ...exit, reason: attempt.reason(), durationMs, lastWords: words.lines() });
    if (attempt.reason() === "crashed" || attempt.reason() === "hung") log.error(text, { profile: spec.profile });
    else log.info(text, { profile: spec.profile });
    return text;
  };
  try {
    await prepareRunFiles(spec);
    if (!attempt.stillWanted()) return attempt.dispatch({ kind: "not-spawned" });
    const child = await spawnChild({
      command: [...spec.wrapper, ...spec.argv],
      env: options.env,
      openPair: options.openPair,
      onLine: (line) => {
        words.add(line);
        options.onLine(line);
      },
      onExit: (exit) => {
        if (!attempt.isCurrent(exit.pid))
          return log.info(`${spec.key} that was left behind has ended`, { pid: exit.pid });
        if (exit.truncatedLines > 0) log.warn("lines were cut", { process: spec.key, lines: exit.truncatedLines });
        attempt.dispatch({ kind: "exited", pid: exit.pid }, end(exit));
      },
    });
    const { pid } = child;
    attempt.onChild(child);
    log.info(`${spec.key} started`, { profile: spec.profile, pid, argv: spec.argv.join(" ") });
    attempt.dispatch({ kind: "spawned", pid });
    if (spec.readiness.kind === "alive") attempt.dispatch({ kind: "ready" });
  } catch (error) {
    attempt.dispatch({ kind: "not-spawned" }, end({ code: null, signal: null, failure: messageOf(error) }));
  }
}
