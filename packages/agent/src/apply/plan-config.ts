import type { HostFacts, NodeProfile, NodeSecret, ProfileOutcome, RunIds } from "@ptp/node";
import { plan, secretsInUse, type RunChoices, type RunPlan } from "@ptp/plan";
import type { AcceptedState } from "../state-dir/accepted-state.ts";
import type { ConfigOffer } from "./config-offer.ts";

/** What is in force: what was accepted, how it fared, and what runs because of it. */
export interface InForce {
  readonly accepted: AcceptedState;
  readonly plan: RunPlan;
  /** One per profile of the config, unreadable ones included. */
  readonly outcomes: readonly ProfileOutcome[];
}

/** What planning needs beside the config. */
export interface PlanContext {
  readonly facts: HostFacts;
  readonly previous: InForce | undefined;
  /** Run ids in force when there is no previous plan. */
  readonly runIds: RunIds;
  /** Run ids of what runs: a number freed by this very plan is not given to another profile at once. */
  readonly idsInUse: ReadonlySet<number>;
  /** What the clocks decide of what runs; default: nothing yet. */
  readonly choices?: RunChoices;
  /** Keys from before a restart: each is used if the config has none of its name. Default none. */
  readonly keptSecrets?: readonly NodeSecret[];
}

/**
 * Plans a config. A profile that could not be read takes part in the form in which it last ran, so that what runs of it
 * goes on; so does, by the plan before, a profile that is refused.
 */
export function planConfig({ issued, dropped }: Omit<ConfigOffer, "answer">, context: PlanContext): InForce {
  const { previous } = context;
  const lastByName = lastAppliedOf(previous);
  const readable = new Set(issued.config.profiles.map(({ name }) => name));
  const standIns = dropped.flatMap(({ name }) => (readable.has(name) ? [] : (lastByName.get(name) ?? [])));
  const planned = plan({
    config: {
      ...issued.config,
      profiles: [...issued.config.profiles, ...standIns],
      secrets: [...(context.keptSecrets ?? []), ...issued.config.secrets],
    },
    facts: context.facts,
    runIds: previous?.plan.runIds ?? context.runIds,
    idsInUse: context.idsInUse,
    ...(context.choices && { choices: context.choices }),
    ...(previous === undefined ? {} : { previous: previous.plan }),
  });
  const droppedNames = new Set(dropped.map(({ name }) => name));
  const outcomes: readonly ProfileOutcome[] = [
    ...planned.outcomes.filter(({ name }) => readable.has(name) || !droppedNames.has(name)),
    ...dropped.map((refused): ProfileOutcome => ({ ...refused, outcome: "refused" })),
  ];
  const refused = outcomes.filter(({ outcome }) => outcome === "refused").map(({ name }) => name);
  const applied = new Set(outcomes.filter(({ outcome }) => outcome === "applied").map(({ name }) => name));
  const lastApplied = [...new Set(refused)]
    .filter((name) => !applied.has(name))
    .flatMap((name) => lastByName.get(name) ?? []);
  const keptSecrets = secretsInUse(planned).filter((used) => !issued.config.secrets.some((each) => isSame(each, used)));
  return { accepted: { issued, dropped, lastApplied, keptSecrets, runIds: planned.runIds }, plan: planned, outcomes };
}

function isSame(left: NodeSecret, right: NodeSecret): boolean {
  return (
    left.secret === right.secret &&
    left.key === right.key &&
    left.content.length === right.content.length &&
    left.content.every((byte, index) => byte === right.content[index])
  );
}

/** The form in which each profile last ran, by name. */
function lastAppliedOf(inForce: InForce | undefined): ReadonlyMap<string, NodeProfile> {
  if (inForce === undefined) return new Map();
  const { accepted, outcomes } = inForce;
  const applied = new Set(outcomes.filter(({ outcome }) => outcome === "applied").map(({ name }) => name));
  const now = accepted.issued.config.profiles.filter(({ name }) => applied.has(name));
  return new Map([...accepted.lastApplied, ...now].map((profile) => [profile.name, profile]));
}

/** Plans what was accepted before a restart; what was refused then goes on in the form in which it last ran. */
export function planAccepted(accepted: AcceptedState, facts: HostFacts, choices?: RunChoices): InForce {
  const { issued, dropped, keptSecrets, runIds } = accepted;
  const previous = planLastApplied(accepted, facts);
  return planConfig(
    { issued, dropped },
    {
      facts,
      previous,
      runIds,
      idsInUse: new Set(),
      keptSecrets,
      ...(choices && { choices }),
    },
  );
}

/** What ran of the refused profiles, with the keys it ran with; undefined if none is refused. */
function planLastApplied({ issued, lastApplied, keptSecrets, runIds }: AcceptedState, facts: HostFacts) {
  if (lastApplied.length === 0) return undefined;
  const config = { ...issued.config, profiles: lastApplied, secrets: [...issued.config.secrets, ...keptSecrets] };
  const offer = { issued: { ...issued, config }, dropped: [] };
  const before = planConfig(offer, { facts, previous: undefined, runIds, idsInUse: new Set() });
  return { ...before, plan: { ...before.plan, runIds } };
}
