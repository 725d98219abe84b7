import type { HttpReply, Routes } from "@ptp/kit";
import type { ProcessReport } from "@ptp/node";

/** What probes ask for. */
export interface ProbeState {
  /** True once a config is in force. */
  readonly applied: boolean;
  /** Profiles of that config. */
  readonly profileCount: number;
  readonly processes: readonly ProcessReport[];
  /** True while a process waits for its start condition: that is not a fault. */
  readonly isHeld: (key: string) => boolean;
  readonly aliasByInterface: Readonly<Record<string, string>>;
}

/** Routes of the probe port. */
export function agentProbes(state: () => ProbeState): Routes {
  return {
    "GET /healthz": () => ({ status: 200, body: "ok\n" }),
    "GET /ready": () => readiness(state()),
    "GET /port-aliases": () => ({
      status: 200,
      contentType: "application/json",
      body: JSON.stringify(state().aliasByInterface),
    }),
  };
}

/** 200 and nothing, or 503 and why; the wording is what users of the existing stack know. */
export function readiness({ applied, profileCount, processes, isHeld }: ProbeState): HttpReply {
  if (!applied) return notReady("Config not applied");
  // A node for which no profile is meant has nothing to wait for.
  if (profileCount === 0) return { status: 200 };
  const due = processes.filter(({ key }) => !isHeld(key));
  if (due.length === 0) return notReady("No processes have started");
  const down = due.filter(({ pid }) => pid === undefined);
  if (down.length > 0) return notReady(`Stopped process(es): ${namesOf(down)}`);
  const silent = due.filter(({ state }) => state !== "running");
  if (silent.length > 0) return notReady(`Process(es) have not yet collected metrics: ${namesOf(silent)}`);
  return { status: 200 };
}

function notReady(reason: string): HttpReply {
  return { status: 503, body: `503: ${reason}\n` };
}

function namesOf(processes: readonly ProcessReport[]): string {
  return processes.map(({ program }) => program).join(", ");
}
