import { AppError, type Logger, type Part } from "@ptp/kit";
import { systemClock, type Clock } from "../clock.ts";
import type { ApiClient } from "../connection/api-client.ts";
import { hasStatus } from "../connection/api-error.ts";
import { resourcePath } from "../objects/resource.ts";
import { createReflector, type Reflector, type ReflectorSettings } from "../reflector/reflector.ts";
import {
  checkTimings,
  claimed,
  decide,
  failed,
  firstElectionState,
  leads,
  observe,
  type ElectionState,
  type ElectionTimings,
} from "./election.ts";
import { claimLease, leases, type Lease } from "./lease.ts";

/** What an election needs. */
export interface LeaderElectionOptions {
  readonly client: Pick<ApiClient, "request" | "stream">;
  readonly namespace: string;
  /** Name of the Lease. */
  readonly name: string;
  /** Must differ between processes, also between two lives of one pod: add something random. */
  readonly identity: string;
  readonly log: Logger;
  readonly timings?: Partial<ElectionTimings>;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly reflectorSettings?: Partial<ReflectorSettings>;
}

/** One candidate for the lead among the replicas. */
export interface LeaderElection extends Part {
  /** Whether this process leads now: asked of the clock, so also right after a pause of the process. */
  isLeading(): boolean;
  /** The one that leads as far as is known; for people. */
  leader(): string | undefined;
  /** @throws AppError waiting, when this process does not lead. Give it to each write of the leader as its fence. */
  fence(): void;
  /** Called when the lead is won (with a signal that aborts when it is lost) and when it is lost (without). */
  subscribe(listener: (term: AbortSignal | undefined) => void): () => void;
}

const defaults: ElectionTimings = { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2000 };

/**
 * Creates a candidate; it runs from `start` to `stop`, which gives the lease up. Stop it after everything that writes.
 * A candidate that does not lead follows the lease by a watch and asks nothing.
 *
 * @throws AppError invalid for timings that could give two leaders.
 */
export function createLeaderElection(options: LeaderElectionOptions): LeaderElection {
  const timings = { ...defaults, ...options.timings };
  const problem = checkTimings(timings);
  if (problem !== undefined) throw new AppError("invalid", `leader election: ${problem}`);
  return new Candidate(options, timings);
}

class Candidate implements LeaderElection {
  readonly name = "leader election";
  readonly #options: LeaderElectionOptions;
  readonly #timings: ElectionTimings;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #view: Reflector<Lease>;
  readonly #listeners = new Set<(term: AbortSignal | undefined) => void>();
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #state: ElectionState;
  #term: AbortController | undefined;
  #cancelExpiry: () => void = () => {};
  #wake: () => void = () => {};
  #said = "";

  constructor(options: LeaderElectionOptions, timings: ElectionTimings) {
    this.#options = options;
    this.#timings = timings;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#state = firstElectionState(options.identity, timings, this.#clock.now());
    const { client, namespace, name, log, reflectorSettings, clock } = options;
    this.#view = createReflector<Lease>({
      client,
      resource: leases,
      namespace,
      fieldSelector: `metadata.name=${name}`,
      log,
      ...(reflectorSettings && { settings: reflectorSettings }),
      ...(clock && { clock }),
    });
    this.#view.subscribe(() => this.#look());
  }

  isLeading(): boolean {
    return leads(this.#state, this.#clock.now());
  }

  leader(): string | undefined {
    const holder = this.#state.observed?.lease?.spec?.holderIdentity;
    return holder === "" ? undefined : holder;
  }

  fence(): void {
    if (!this.isLeading()) throw new AppError("waiting", "this replica does not lead, another one writes");
  }

  subscribe(listener: (term: AbortSignal | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.#view.start(signal);
    // Not the program's signal: the lease is kept until everything that writes has stopped.
    this.#running = this.#run(this.#stop.signal);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await Promise.all([this.#running, this.#view.stop()]);
    const wasLeading = this.isLeading();
    const lease = this.#state.observed?.lease;
    this.#set({ ...this.#state, leadUntilMs: undefined });
    if (wasLeading && lease !== undefined) await this.#giveUp(lease);
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const nowMs = this.#clock.now();
      const action = decide(this.#state, nowMs);
      if (action.type === "wait") await this.#sleep(action.untilMs - nowMs);
      else if (action.type === "read") await this.#read();
      else await this.#claim(action.over);
    }
  }

  #sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(delayMs, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  /** The reflector saw the lease change; it waits for nobody's decision. */
  #look(): void {
    const { namespace, name } = this.#options;
    this.#set(observe(this.#state, this.#view.objects.get(`${namespace}/${name}`), this.#clock.now()));
    this.#wake();
  }

  async #read(): Promise<void> {
    const lease = await this.#attempt(async () => {
      try {
        return { found: (await this.#request("GET", this.#options.name)) as Lease };
      } catch (error) {
        if (hasStatus(error, 404)) return { found: undefined };
        throw error;
      }
    });
    if (lease !== undefined) this.#set(observe(this.#state, lease.found, this.#clock.now(), true));
  }

  async #claim(over: Lease | undefined): Promise<void> {
    const { identity: holder } = this.#options;
    const { leaseDurationMs } = this.#timings;
    const body = claimLease(over, { ...this.#options, holder, leaseDurationMs, time: new Date() });
    const sentAtMs = this.#clock.now();
    const known = this.#state.observed;
    const lease = await this.#attempt(() =>
      over === undefined ? this.#request("POST", undefined, body) : this.#request("PUT", body.metadata.name, body),
    );
    if (lease !== undefined) this.#set(claimed(this.#state, lease as Lease, sentAtMs, known));
  }

  async #giveUp(lease: Lease): Promise<void> {
    const claim = { ...this.#options, holder: "", leaseDurationMs: 1000, time: new Date() };
    const body = claimLease(lease, claim);
    // Another took it, or nobody answers: it runs out by itself.
    await this.#request("PUT", body.metadata.name, body).catch(() => {});
  }

  async #request(method: "GET" | "POST" | "PUT", name: string | undefined, body?: Lease): Promise<unknown> {
    const { client, namespace } = this.#options;
    const path = resourcePath(leases, { namespace, ...(name !== undefined && { name }) });
    // Three tries fit into the renew deadline.
    const timeoutMs = this.#timings.renewDeadlineMs / 3;
    return await client.request({ method, path, timeoutMs, ...(body !== undefined && { body }) });
  }

  /** Runs a request; a failure becomes state, and undefined. */
  async #attempt<T>(run: () => Promise<T>): Promise<T | undefined> {
    try {
      const value = await run();
      this.#said = "";
      return value;
    } catch (error) {
      // Anything else is a mistake of the program, which ends it: an election must not go on in an unknown state.
      if (!(error instanceof AppError)) throw error;
      const isConflict = hasStatus(error, 409);
      this.#set(failed(this.#state, this.#clock.now(), { isConflict, random: this.#random() }));
      const { message } = error;
      if (!isConflict && message !== this.#said) this.#options.log.warn("lease cannot be kept", { error: message });
      this.#said = message;
      return undefined;
    }
  }

  #set(state: ElectionState): void {
    this.#state = state;
    this.#cancelExpiry();
    const nowMs = this.#clock.now();
    if (leads(state, nowMs) && state.leadUntilMs !== undefined) {
      this.#cancelExpiry = this.#clock.after(state.leadUntilMs - nowMs, () => this.#set(this.#state));
      if (this.#term === undefined) this.#win();
    } else if (this.#term !== undefined) this.#lose(this.#term);
  }

  #win(): void {
    this.#options.log.info("leads", { lease: this.#options.name, identity: this.#options.identity });
    this.#term = new AbortController();
    for (const listener of this.#listeners) listener(this.#term.signal);
  }

  #lose(term: AbortController): void {
    this.#options.log.info("leads no more", { lease: this.#options.name, leader: this.leader() });
    this.#term = undefined;
    term.abort(new AppError("waiting", "this replica does not lead any more"));
    for (const listener of this.#listeners) listener(undefined);
  }
}
