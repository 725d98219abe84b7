import { messageOf, type Logger } from "@ptp/kit";
import type { HostFacts, NodeConfig, Result } from "@ptp/node";
import { diff, type PlanAction, type RunChoices, type RunPlan } from "@ptp/plan";
import type { Supervisor } from "../process/supervisor.ts";
import type { AcceptedState } from "../state-dir/accepted-state.ts";
import type { ConfigOffer } from "./config-offer.ts";
import { planAccepted, planConfig, type InForce, type PlanContext } from "./plan-config.ts";

/** What an applier needs. */
export interface ApplierOptions {
  readonly nodeName: string;
  readonly supervisor: Pick<Supervisor, "specs" | "adopt" | "apply">;
  readonly collectFacts: () => Promise<HostFacts>;
  /** What the clocks decide of what runs. */
  readonly choices: () => RunChoices;
  /** Makes a state durable before it is acted upon. */
  readonly save: (state: AcceptedState) => Promise<void>;
  /** A plan comes into force; called before its processes start. */
  readonly onPlan: (plan: RunPlan, config: NodeConfig) => void;
  /** What a report says of revision and outcomes has changed. */
  readonly onChange: () => void;
  readonly log: Logger;
}

/** Turns offered configs into running processes, one at a time. */
export interface Applier {
  /** What is in force; undefined before the first config. */
  inForce(): InForce | undefined;
  /** Facts as last collected; undefined before the first collection. */
  facts(): HostFacts | undefined;
  /** Takes part in the next turn; replaces an offer that still waits. */
  offer(offer: ConfigOffer): void;
  /** Starts what was accepted before a restart; nothing is offered before this has resolved. */
  resume(accepted: AcceptedState | undefined): Promise<void>;
  /** Collects facts again: a profile refused for a missing program, or a config that did not fit on the disk, gets its turn. */
  recheck(): void;
  /** The clocks decided something else: what runs follows at once, by the facts as they were. */
  rechoose(): void;
  /** Resolves when no turn is under way; none begins afterwards. */
  stop(): Promise<void>;
}

interface Turns {
  inForce: InForce | undefined;
  facts: HostFacts | undefined;
  waiting: ConfigOffer | undefined;
  /** Offer that could not be made durable: tried again at the next recheck. */
  unsaved: ConfigOffer | undefined;
  recheck: boolean;
  rechoose: boolean;
  stopped: boolean;
}

const nothingYet: Turns = {
  inForce: undefined,
  facts: undefined,
  waiting: undefined,
  unsaved: undefined,
  recheck: false,
  rechoose: false,
  stopped: false,
};

/** Creates an applier that has accepted nothing. */
export function createApplier(options: ApplierOptions): Applier {
  const turns: Turns = { ...nothingYet };
  let underway: Promise<void> | undefined;
  const run = (turn: Promise<void>): Promise<void> => {
    underway = turn.finally(() => {
      underway = undefined;
      // What was asked for meanwhile: a resume takes no turns.
      if (isDue(turns)) wake();
    });
    return underway;
  };
  const wake = (): void => {
    if (!turns.stopped && underway === undefined) void run(takeTurns(turns, options));
  };
  const due = (kind: "recheck" | "rechoose") => (): void => {
    turns[kind] = true;
    wake();
  };
  return {
    inForce: () => turns.inForce,
    facts: () => turns.facts,
    offer: (offer) => {
      turns.waiting = offer;
      wake();
    },
    recheck: due("recheck"),
    rechoose: due("rechoose"),
    resume: (accepted) => run(resumeAccepted(accepted, turns, options)),
    stop: async () => {
      turns.stopped = true;
      await underway;
    },
  };
}

async function resumeAccepted(
  accepted: AcceptedState | undefined,
  turns: Turns,
  options: ApplierOptions,
): Promise<void> {
  turns.facts = await options.collectFacts();
  if (accepted === undefined) return;
  try {
    await enforce(planAccepted(accepted, turns.facts, options.choices()), turns, options);
  } catch (error) {
    // Ending here would end every start; without it the source can still send something better.
    options.log.error("the accepted config could not be applied", { error: messageOf(error) });
  }
}

function isDue({ waiting, recheck, rechoose }: Turns): boolean {
  return waiting !== undefined || recheck || rechoose;
}

async function takeTurns(turns: Turns, options: ApplierOptions): Promise<void> {
  while (!turns.stopped && isDue(turns)) {
    const offer = turns.waiting;
    turns.waiting = undefined;
    // On its own: an offer has its turn although the choices before it could not be followed.
    if (turns.rechoose) await guarded(() => followChoices(turns, options), options);
    if (offer !== undefined) await guarded(() => applyOffer(offer, turns, options), options);
    else if (turns.recheck) await guarded(() => recheckFacts(turns, options), options);
  }
}

async function guarded(act: () => Promise<void>, { log }: ApplierOptions): Promise<void> {
  try {
    await act();
  } catch (error) {
    log.error("applying failed; what runs goes on", { error: messageOf(error) });
  }
}

async function applyOffer(offer: ConfigOffer, turns: Turns, options: ApplierOptions): Promise<void> {
  const { revision, config } = offer.issued;
  const { nodeName, log } = options;
  turns.unsaved = undefined;
  if (config.nodeName !== nodeName) {
    const reason = `the config is for node ${config.nodeName}, this is ${nodeName}`;
    log.error("config refused", { revision, reason });
    return offer.answer({ revision, profiles: [], refusal: { kind: "wrong-node", reason } });
  }
  turns.facts = await options.collectFacts();
  const next = planConfig(offer, planContext(turns.facts, turns, options));
  try {
    await options.save(next.accepted);
  } catch (error) {
    const reason = `the config could not be stored on the node: ${messageOf(error)}; free space or mend the state directory`;
    log.error("config refused", { revision, reason });
    turns.unsaved = offer;
    return offer.answer({ revision, profiles: [], refusal: { kind: "not-persisted", reason } });
  }
  await enforce(next, turns, options);
  offer.answer({ revision, profiles: next.outcomes } satisfies Result);
}

/** Without an answer: what changes by itself is told by reports. */
async function recheckFacts(turns: Turns, options: ApplierOptions): Promise<void> {
  turns.recheck = false;
  const { unsaved, inForce } = turns;
  if (unsaved !== undefined) return applyOffer({ ...unsaved, answer: () => undefined }, turns, options);
  turns.facts = await options.collectFacts();
  if (inForce === undefined) return;
  const next = planConfig(inForce.accepted, planContext(turns.facts, turns, options));
  // Interfaces of pods come and go all the time: only a fact that changes the plan is worth a write.
  if (isSamePlan(inForce, next)) return;
  await options.save(next.accepted);
  await enforce(next, turns, options);
}

/** Nothing is stored: after a restart of the agent the clocks decide anew. */
async function followChoices(turns: Turns, options: ApplierOptions): Promise<void> {
  turns.rechoose = false;
  const { inForce, facts } = turns;
  if (inForce === undefined || facts === undefined) return;
  const next = planConfig(inForce.accepted, planContext(facts, turns, options));
  if (!isSamePlan(inForce, next)) await enforce(next, turns, options);
}

function planContext(facts: HostFacts, { inForce }: Turns, { supervisor, choices }: ApplierOptions): PlanContext {
  const idsInUse = new Set(supervisor.specs().map(({ runId }) => runId));
  return { facts, previous: inForce, runIds: {}, idsInUse, choices: choices() };
}

/** Plans are plain values made in a fixed order, so their text is their identity. */
function isSamePlan(left: InForce, right: InForce): boolean {
  return JSON.stringify([left.plan, left.outcomes]) === JSON.stringify([right.plan, right.outcomes]);
}

async function enforce(next: InForce, turns: Turns, options: ApplierOptions): Promise<void> {
  const { supervisor, onPlan, onChange, log } = options;
  const running = new Map(supervisor.specs().map((spec) => [spec.key, spec]));
  const actions = diff(running, next.plan);
  turns.inForce = next;
  onPlan(next.plan, next.accepted.issued.config);
  // Clocks that begin with this plan may choose among what it has really got.
  const { sourceByProfile, keeperByProfile } = options.choices();
  if (sourceByProfile.size + (keeperByProfile?.size ?? 0) > 0) turns.rechoose = true;
  tell(next, actions, log);
  supervisor.adopt(next.plan.processes);
  await supervisor.apply(actions);
  onChange();
}

function tell({ accepted, outcomes, plan }: InForce, actions: readonly PlanAction[], log: Logger): void {
  const revision = accepted.issued.revision;
  const refused = outcomes.flatMap((outcome) => (outcome.outcome === "refused" ? [outcome] : []));
  for (const { name, path, reason } of refused) log.warn("profile refused", { revision, profile: name, path, reason });
  for (const { profile, path, message } of plan.notices ?? []) log.info(message, { revision, profile, path });
  log.info("applying config", {
    revision,
    applied: outcomes.length - refused.length,
    refused: refused.length,
    stops: actions.filter(({ kind }) => kind === "stop").length,
    starts: actions.filter(({ kind }) => kind === "start").length,
  });
}
