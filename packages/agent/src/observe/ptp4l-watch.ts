import { messageOf, sleep, type Logger } from "@ptp/kit";
import type { Ptp4lInstance } from "@ptp/plan";
import type { ManagementResponse } from "@ptp/ptp";
import type { PtpClockObservation } from "@ptp/truth";
import { faultyPort } from "./faulty-port.ts";
import { askPtp4l, type ManagementQuery } from "./ptp4l-round.ts";
import { calmMs, hurriedMs, stepPace, type Pace } from "./round-pace.ts";
import { noSilence, stepSilence, type Silence } from "./silence.ts";

/** What a watch needs. */
export interface Ptp4lWatchOptions {
  readonly instance: Ptp4lInstance;
  readonly query: ManagementQuery;
  /** Has `hear` called with what ptp4l has told already. */
  readonly hearNews: () => void;
  /** Takes the round's observations, its tick last. */
  readonly onObservations: (observations: readonly PtpClockObservation[]) => void;
  /** The instance answered for the first time since `restart`. */
  readonly onReady: () => void;
  /** It has answered nothing for long although its process lives. */
  readonly onHung: () => void;
  /** True while rounds shall be close together: more measurements would soon decide something. */
  readonly isHurried: () => boolean;
  /** In how many milliseconds a round is due by time alone; undefined: it is not. */
  readonly dueInMs: () => number | undefined;
  readonly log: Logger;
}

/** Watches one ptp4l over its management socket, from creation to `stop`. */
export interface Ptp4lWatch {
  /** Something happened: ask now. */
  wake(): void;
  /** It told of a change. */
  hear(news: ManagementResponse): void;
  /** Its process started anew (`alive`) or ended; what was learnt of it is asked again. */
  restart(alive: boolean): void;
  stop(): Promise<void>;
}

/** Pause while nothing answers yet. */
const absentMs = 50;
/** Pause before a round that is due. */
const shortestMs = 10;

/** State of a watch between two rounds. */
interface WatchState {
  alive: boolean;
  /** Answered since its process started. */
  ready: boolean;
  /** The names of its ports were told, and not forgotten since. */
  named: boolean;
  silence: Silence;
  pace: Pace;
  /** Answers to questions of an earlier one say nothing of what is now. */
  generation: number;
  /** The last that it told of a port since that was looked at. */
  news: ManagementResponse | undefined;
  /** Why the last round failed: the same reason is told once. */
  failure: string | undefined;
}

/** Of a process that has not answered yet. */
const unheard = {
  ready: false,
  named: false,
  silence: noSilence,
  pace: {},
  news: undefined,
} as const satisfies Partial<WatchState>;

/**
 * Creates a watch and starts it. Rounds follow the log (a port's change wakes it) and go on without it (`stepPace`). Time is told to the clock at the end of a round only, so that a stalled agent does not mistake its own sleep for
 * missing Sync messages.
 */
export function createPtp4lWatch(options: Ptp4lWatchOptions): Ptp4lWatch {
  const ended = new AbortController();
  const state: WatchState = { ...unheard, alive: false, generation: 0, failure: undefined };
  let nap = new AbortController();
  const loop = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      if (nap.signal.aborted) nap = new AbortController();
      const delayMs = await roundOrPause(options, state, ended.signal);
      await sleep(delayMs, nap.signal);
    }
  };
  const running = loop();
  const wake = (): void => {
    state.pace = {};
    nap.abort();
  };
  return {
    wake,
    hear: (news) => {
      if (ended.signal.aborted) return;
      if (news.id === "PORT_DATA_SET") state.news = news;
      // Several may have piled up: the last one counts.
      queueMicrotask(() => believe(options, state));
      wake();
    },
    restart: (alive) => {
      Object.assign(state, { ...unheard, alive, generation: state.generation + 1 });
      nap.abort();
    },
    stop: async () => {
      ended.abort();
      nap.abort();
      await running;
    },
  };
}

/** News of a fault are believed before anything can be asked. What was asked before is older, and is asked again. */
function believe({ instance, onObservations }: Ptp4lWatchOptions, state: WatchState): void {
  const { news, ready, silence } = state;
  state.news = undefined;
  const fault = news && faultyPort(news, instance);
  if (fault === undefined || !ready || silence.told) return;
  state.generation += 1;
  onObservations([fault]);
}

/** A watch that ended by an error would leave its clock LOCKED for ever: the next round may do better. */
async function roundOrPause(options: Ptp4lWatchOptions, state: WatchState, ended: AbortSignal): Promise<number> {
  try {
    const delayMs = await round(options, state, ended);
    state.failure = undefined;
    return delayMs;
  } catch (error) {
    const failure = messageOf(error);
    if (failure !== state.failure) {
      options.log.error("watch of ptp4l failed", { process: options.instance.key, error: failure });
    }
    state.failure = failure;
    return calmMs;
  }
}

/** One round; returns the time until the next. */
async function round(options: Ptp4lWatchOptions, state: WatchState, ended: AbortSignal): Promise<number> {
  if (!state.alive) {
    options.onObservations([{ kind: "tick" }]);
    return calmMs;
  }
  const { generation } = state;
  const asked = await askPtp4l(options.query, options.instance, state.named);
  // What it told before it answered is here, too, and must not be taken for newer.
  options.hearNews();
  believe(options, state);
  // An answer of the process that ended meanwhile says nothing about the new one.
  if (generation !== state.generation || ended.aborted) return 0;
  if (asked.heard !== "nothing" && !state.ready) {
    state.ready = true;
    options.onReady();
  }
  const nowMs = performance.now();
  const { silence, detail, isHung } = stepSilence(state.silence, asked.heard, { ready: state.ready, nowMs });
  state.silence = silence;
  // Who is told of a silence forgets the ports with their names.
  state.named = asked.heard !== "nothing" && asked.isNamed && !silence.told;
  // After a silence was told, lines count until a whole round is heard again.
  const observations = asked.heard === "nothing" || silence.told ? [] : asked.observations;
  options.onObservations([...observations, detail === undefined ? { kind: "tick" } : { kind: "silent", detail }]);
  if (isHung) options.onHung();
  if (asked.heard !== "all") return state.ready ? hurriedMs : absentMs;
  const { pace, pauseMs } = stepPace(state.pace, options.isHurried(), nowMs);
  state.pace = pace;
  return Math.min(pauseMs, Math.max(shortestMs, Math.ceil(options.dueInMs() ?? Infinity)));
}
