import { messageOf, sleep, type Logger } from "@ptp/kit";
import type { Ptp4lInstance } from "@ptp/plan";
import type { ManagementBodies, ManagementId } from "@ptp/ptp";
import type { PtpClockObservation } from "@ptp/truth";

/**
 * Asks one ptp4l for a data set: one body, or one per port where each port answers for itself. Empty if it does not know
 * the data set, undefined if it does not answer in time.
 */
export type ManagementQuery = <K extends ManagementId>(
  instance: Ptp4lInstance,
  id: K,
  /** How many ports answer; default 1. */
  ports?: number,
) => Promise<readonly ManagementBodies[K][] | undefined>;

/** What a watch needs. */
export interface Ptp4lWatchOptions {
  readonly instance: Ptp4lInstance;
  readonly query: ManagementQuery;
  /** Takes the round's observations, its tick last. */
  readonly onObservations: (observations: readonly PtpClockObservation[]) => void;
  /** The instance answered for the first time since `restart`. */
  readonly onReady: () => void;
  /** It has been silent for `hungAfterMs` although its process lives. */
  readonly onHung: () => void;
  /** True while rounds shall be close together: the clock is on its way to LOCKED. */
  readonly isHurried: () => boolean;
  readonly log: Logger;
}

/** Watches one ptp4l over its management socket, from creation to `stop`. */
export interface Ptp4lWatch {
  /** Something happened: ask now. */
  wake(): void;
  /** Its process started anew (`alive`) or ended; what was learnt of it is asked again. */
  restart(alive: boolean): void;
  stop(): Promise<void>;
}

const calmMs = 1_000;
const hurriedMs = 200;
const absentMs = 50;
/** Longer than a busy machine or a round of BMCA keeps one from answering. */
const silentAfterMs = 3_000;
const hungAfterMs = 15_000;

/** State of a watch between two rounds. */
interface WatchState {
  alive: boolean;
  /** Answered since its process started. */
  ready: boolean;
  /** Since when it has not answered, in milliseconds of performance.now; undefined if it did last time. */
  silentSinceMs: number | undefined;
  /** This silence was told as an observation. */
  silenceTold: boolean;
  generation: number;
  /** Why the last round failed: the same reason is told once. */
  failure: string | undefined;
}

/**
 * Creates a watch and starts it. Rounds follow the log (a port's change wakes it) and go on without it: once a second while
 * calm. Time is told to the clock at the end of a round only, so that a stalled agent does not mistake its own sleep for
 * missing Sync messages.
 */
export function createPtp4lWatch(options: Ptp4lWatchOptions): Ptp4lWatch {
  const ended = new AbortController();
  const state: WatchState = {
    alive: false,
    ready: false,
    silentSinceMs: undefined,
    silenceTold: false,
    generation: 0,
    failure: undefined,
  };
  let nap = new AbortController();
  const loop = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      nap = new AbortController();
      const delayMs = await roundOrPause(options, state, ended.signal);
      await sleep(delayMs, AbortSignal.any([ended.signal, nap.signal]));
    }
  };
  const running = loop();
  return {
    wake: () => nap.abort(),
    restart: (alive) => {
      Object.assign(state, { ...heard, alive, ready: false, generation: state.generation + 1 });
      nap.abort();
    },
    stop: async () => {
      ended.abort();
      await running;
    },
  };
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
  const observations = await ask(options, state.ready);
  // An answer of the process that ended meanwhile says nothing about the new one.
  if (generation !== state.generation || ended.aborted) return 0;
  if (observations === undefined) return silent(options, state);
  Object.assign(state, heard);
  if (!state.ready) {
    state.ready = true;
    options.onReady();
  }
  options.onObservations([...observations, { kind: "tick" }]);
  return options.isHurried() ? hurriedMs : calmMs;
}

/** It answered, or is another process. */
const heard = { silentSinceMs: undefined, silenceTold: false } as const satisfies Partial<WatchState>;

/**
 * One that has answered before and does so no longer leaves its clock unknown, once: what its lines tell from then on
 * counts. Until then its last words are believed no longer than they would be anyway.
 */
function silent(options: Ptp4lWatchOptions, state: WatchState): number {
  const nowMs = performance.now();
  state.silentSinceMs ??= nowMs;
  const isUnknown = state.ready && !state.silenceTold && nowMs - state.silentSinceMs >= silentAfterMs;
  state.silenceTold ||= isUnknown;
  const detail = `ptp4l lives but has not answered for ${silentAfterMs / 1000} s`;
  options.onObservations([isUnknown ? { kind: "silent", detail } : { kind: "tick" }]);
  if (nowMs - state.silentSinceMs > hungAfterMs) {
    state.silentSinceMs = undefined;
    options.onHung();
  }
  return state.ready ? hurriedMs : absentMs;
}

/** The facts of one round in the order in which they depend on each other; undefined if the instance is silent. */
async function ask({ instance, query }: Ptp4lWatchOptions, known: boolean): Promise<PtpClockObservation[] | undefined> {
  const [dataSet] = (await query(instance, "DEFAULT_DATA_SET")) ?? [];
  if (dataSet === undefined) return undefined;
  const [names, ports, parents, currents, properties, times] = await Promise.all([
    known ? [] : query(instance, "PORT_PROPERTIES_NP", dataSet.numberPorts),
    query(instance, "PORT_DATA_SET", dataSet.numberPorts),
    query(instance, "PARENT_DATA_SET"),
    query(instance, "CURRENT_DATA_SET"),
    query(instance, "TIME_PROPERTIES_DATA_SET"),
    query(instance, "TIME_STATUS_NP"),
  ]);
  if (ports === undefined) return undefined;
  const nameByPort = new Map((names ?? []).map((port) => [port.portIdentity.portNumber, port.interfaceName]));
  return [
    { kind: "default-data-set", dataSet },
    ...(parents ?? []).map((parent) => ({ kind: "parent-data-set", dataSet: parent }) as const),
    ...(currents ?? []).map((current) => ({ kind: "current-data-set", dataSet: current }) as const),
    ...(properties ?? []).map((each) => ({ kind: "time-properties-data-set", dataSet: each }) as const),
    ...ports.map((port) => portObservation(port, nameByPort)),
    ...(times ?? []).map(({ offsetNs, ingressTimeNs }) => ({ kind: "time-status", offsetNs, ingressTimeNs }) as const),
  ];
}

function portObservation(
  port: ManagementBodies["PORT_DATA_SET"],
  nameByPort: ReadonlyMap<number, string>,
): PtpClockObservation {
  const { portNumber } = port.portIdentity;
  const interfaceName = nameByPort.get(portNumber);
  return {
    kind: "port",
    number: portNumber,
    state: port.portState,
    logSyncInterval: port.logSyncInterval,
    ...(interfaceName !== undefined && { interfaceName }),
  };
}
