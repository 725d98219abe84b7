import { setTimeout as sleep } from "node:timers/promises";
import type { Host, HostProcess } from "../../lab/lab.ts";
import type { ContainerPlan } from "./container-plan.ts";

/** How a container stands, in the words of a pod's status. */
export interface ContainerStand {
  readonly running: boolean;
  readonly ready: boolean;
  readonly restartCount: number;
}

/** A container that is kept running. */
export interface RunningContainer {
  stand(): ContainerStand;
  /** What its program has printed, over all its starts: the last words of one that crashed are among them. */
  lines(): readonly string[];
  pid(): Promise<number | undefined>;
  /** SIGTERM, then SIGKILL after the grace; it is not started again. */
  stop(graceMs: number): Promise<void>;
}

/** What to run and whom to tell. */
export interface RunContainerOptions {
  readonly host: Host;
  readonly argv: readonly string[];
  readonly plan: ContainerPlan;
  readonly changed: () => void;
}

/** Kubelets wait from 10 s to 5 minutes; tests have less time. */
const firstRestartMs = 500;
const longestRestartMs = 8_000;

/** Starts a container's program and starts it again whenever it ends; asks its probe as often as the pod says. */
export function runContainer({ host, argv, plan, changed }: RunContainerOptions): RunningContainer {
  const stopping = new AbortController();
  let program: HostProcess | undefined;
  const printed: (readonly string[])[] = [];
  let stand: ContainerStand = { running: false, ready: false, restartCount: 0 };
  const set = (change: Partial<ContainerStand>): void => {
    stand = { ...stand, ...change };
    changed();
  };
  const run = async (): Promise<void> => {
    for (let restarts = 0; !stopping.signal.aborted; restarts += 1) {
      program = host.spawn(argv, { env: plan.env });
      printed.push(program.log.lines);
      const life = new AbortController();
      set({ running: true, ready: plan.probe === undefined, restartCount: restarts });
      const probing = probe(host, plan, life.signal, (ready) => ready === stand.ready || set({ ready }));
      await program.exited;
      life.abort();
      await probing;
      program = undefined;
      set({ running: false, ready: false });
      const pauseMs = Math.min(longestRestartMs, firstRestartMs * 2 ** restarts);
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const ended = run();
  return {
    stand: () => stand,
    lines: () => printed.flat(),
    pid: async () => program?.pid(),
    stop: async (graceMs) => {
      stopping.abort();
      await program?.stop(graceMs);
      await ended;
    },
  };
}

async function probe(
  host: Host,
  { probe }: ContainerPlan,
  signal: AbortSignal,
  tell: (ready: boolean) => void,
): Promise<void> {
  if (probe === undefined) return;
  while (!signal.aborted) {
    const answer = await host.httpGet(probe.port, probe.path).catch(() => undefined);
    if (signal.aborted) return;
    tell(answer !== undefined && answer.status >= 200 && answer.status < 400);
    await sleep(probe.periodMs, undefined, { signal }).catch(() => undefined);
  }
}
