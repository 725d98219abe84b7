import type { TerminationReason } from "./exit-record.ts";

/** Where a process is in its life. A pid is absent while files are written and the program is not yet running. */
export type Phase =
  /** Not wanted, or not yet released. */
  | { readonly kind: "stopped" }
  /** Being started, or started and not yet known to do its work. */
  | { readonly kind: "starting"; readonly pid?: number }
  /** Does its work. */
  | { readonly kind: "running"; readonly pid: number }
  /** Was told to end. */
  | { readonly kind: "stopping"; readonly pid?: number }
  /** Ended without being asked; starts again when the delay is over. */
  | { readonly kind: "backoff" };

/** State of the machine. */
export interface MachineState {
  readonly phase: Phase;
  /** Whether it starts again when it ends. */
  readonly wanted: boolean;
  /** First reason for which the present run ends. */
  readonly reason?: TerminationReason;
  /** Starts so far, failed ones included. */
  readonly starts: number;
}

/** What can happen. */
export type MachineEvent =
  | { readonly kind: "start" }
  | { readonly kind: "spawned"; readonly pid: number }
  /** The start failed, or was given up because a stop came first. */
  | { readonly kind: "not-spawned" }
  | { readonly kind: "ready" }
  | { readonly kind: "stop"; readonly reason: TerminationReason }
  | { readonly kind: "exited"; readonly pid: number }
  | { readonly kind: "timer"; readonly timer: MachineTimer };

/** The one timer a process has: its bound for obeying SIGTERM, or SIGKILL, its back-off, or its healthy minute. */
export type MachineTimer = "stop" | "abandon" | "backoff" | "healthy";

/** What the rim has to do, in order. */
export type MachineEffect =
  | { readonly kind: "spawn" }
  | { readonly kind: "terminate"; readonly pid: number }
  | { readonly kind: "kill"; readonly pid: number }
  /** Not even SIGKILL ended it: it is waited for no longer. */
  | { readonly kind: "abandon"; readonly pid: number }
  /** Replaces the timer in force; none: clears it. */
  | { readonly kind: "timer"; readonly timer: MachineTimer | "none" }
  | { readonly kind: "reset-backoff" };

/** Outcome of a transition. */
export interface MachineStep {
  readonly state: MachineState;
  readonly effects: readonly MachineEffect[];
}

/** The state before the first start. */
export function initialMachine(starts: number): MachineState {
  return { phase: { kind: "stopped" }, wanted: false, starts };
}

/** The one transition function of all supervised programs. An event that means nothing in a phase changes nothing. */
export function stepMachine(state: MachineState, event: MachineEvent): MachineStep {
  switch (event.kind) {
    case "start":
      return state.phase.kind === "stopped" ? spawning(state) : same({ ...state, wanted: true });
    case "spawned":
      return spawned(state, event.pid);
    case "not-spawned":
      return hasPid(state) ? same(state) : ended(state);
    case "ready":
      return ready(state);
    case "stop":
      return stopped(state, event.reason);
    case "exited":
      return "pid" in state.phase && state.phase.pid === event.pid ? ended(state) : same(state);
    case "timer":
      return timerOver(state, event.timer);
  }
}

function same(state: MachineState): MachineStep {
  return { state, effects: [] };
}

function hasPid({ phase }: MachineState): boolean {
  return "pid" in phase && phase.pid !== undefined;
}

function spawning(state: MachineState): MachineStep {
  return {
    state: { phase: { kind: "starting" }, wanted: true, starts: state.starts + 1 },
    effects: [{ kind: "timer", timer: "none" }, { kind: "spawn" }],
  };
}

function spawned(state: MachineState, pid: number): MachineStep {
  if (state.phase.kind === "stopping") return terminating(state, pid);
  if (state.phase.kind !== "starting") return same(state);
  return {
    state: { ...state, phase: { kind: "starting", pid } },
    effects: [{ kind: "timer", timer: "healthy" }],
  };
}

function ready(state: MachineState): MachineStep {
  const { phase } = state;
  if (phase.kind !== "starting" || phase.pid === undefined) return same(state);
  return same({ ...state, phase: { kind: "running", pid: phase.pid } });
}

function stopped(before: MachineState, reason: TerminationReason): MachineStep {
  const wanted = before.wanted && reason === "hung";
  const state: MachineState = { ...before, wanted };
  switch (before.phase.kind) {
    case "stopped":
      return same(state);
    case "backoff":
      return wanted ? same(before) : ended(state);
    case "stopping":
      return same(state);
    case "starting":
    case "running": {
      const withReason: MachineState = { ...state, reason };
      const { pid } = before.phase;
      return pid === undefined ? same({ ...withReason, phase: { kind: "stopping" } }) : terminating(withReason, pid);
    }
  }
}

function terminating(state: MachineState, pid: number): MachineStep {
  return {
    state: { ...state, phase: { kind: "stopping", pid } },
    effects: [
      { kind: "terminate", pid },
      { kind: "timer", timer: "stop" },
    ],
  };
}

function ended({ wanted, starts }: MachineState): MachineStep {
  return {
    state: { phase: { kind: wanted ? "backoff" : "stopped" }, wanted, starts },
    effects: [{ kind: "timer", timer: wanted ? "backoff" : "none" }],
  };
}

function timerOver(state: MachineState, timer: MachineTimer): MachineStep {
  const { phase } = state;
  switch (timer) {
    case "stop":
    case "abandon":
      return phase.kind === "stopping" && phase.pid !== undefined ? insisting(state, timer, phase.pid) : same(state);
    case "backoff":
      return phase.kind === "backoff" ? spawning(state) : same(state);
    case "healthy":
      return phase.kind === "starting" || phase.kind === "running"
        ? { state, effects: [{ kind: "reset-backoff" }] }
        : same(state);
  }
}

/** A process that waits in the kernel obeys no signal: its end must not be what all others wait for. */
function insisting(state: MachineState, timer: "stop" | "abandon", pid: number): MachineStep {
  if (timer === "stop") {
    return {
      state,
      effects: [
        { kind: "kill", pid },
        { kind: "timer", timer: "abandon" },
      ],
    };
  }
  const step = ended(state);
  return { ...step, effects: [{ kind: "abandon", pid }, ...step.effects] };
}
