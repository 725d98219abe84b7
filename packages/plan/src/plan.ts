import type { HostFacts, InterfaceFacts, NodeConfig, NodeProfile, ProfileOutcome, RunIds } from "@ptp/node";
import { dependencyOrder } from "./dependency-order.ts";
import { withFollowedPorts } from "./followed-ports.ts";
import { interfaceAliases } from "./interface-alias.ts";
import { planProfile, type PlannedProfile } from "./plan-profile.ts";
import { createPeer } from "./profile-context.ts";
import { unsupportedNeeds } from "./profile-plugins.ts";
import { assignRunIds } from "./run-ids.ts";
import type { ProcessSpec, Ptp4lInstance, RunPlan, UnsupportedHardware } from "./run-plan.ts";
import { noChoices, type RunChoices } from "./run-choices.ts";
import { secretFiles } from "./secret-files.ts";
import { sharedResources } from "./shared-resources.ts";
import { startOrder } from "./start-order.ts";

/** All that a plan follows from. */
export interface PlanInput {
  readonly config: NodeConfig;
  readonly facts: HostFacts;
  /** Run ids in force before; empty on a fresh node. */
  readonly runIds: RunIds;
  /** Numbers freed earlier whose files, sockets or series are not gone yet; default none. */
  readonly idsInUse?: ReadonlySet<number>;
  /** What the clocks decide of what runs; default: nothing yet. */
  readonly choices?: RunChoices;
  /**
   * The plan in force before; absent after a start. A profile that is refused now keeps its processes of that plan, and
   * a key of a Secret that does not come any more its file.
   */
  readonly previous?: RunPlan;
}

/** What one profile contributes, planned now or kept from before. */
interface Contribution {
  readonly processes: readonly ProcessSpec[];
  readonly ptp4lInstances: readonly Ptp4lInstance[];
  readonly interfaces: readonly string[];
}

/** Decides what shall run on a node. Every profile is planned or refused by itself; nothing here throws on bad input. */
export function plan(input: PlanInput): RunPlan {
  const { config, facts, previous } = input;
  const runIds = assignRunIds(config.profiles, input.runIds, input.idsInUse);
  const plannedByProfile = planProfiles(input, runIds);
  const contributions = startOrder(config.profiles).map((profile) =>
    contributionOf(profile, plannedByProfile.get(profile), previous),
  );
  const ptp4lInstances = contributions.flatMap((each) => each.ptp4lInstances);
  const processes = dependencyOrder(contributions.flatMap((each) => each.processes)).map((spec) =>
    withFollowedPorts(spec, ptp4lInstances),
  );
  const keys = new Set(processes.map(({ key }) => key));
  return {
    processes: processes.map((spec) => ({ ...spec, dependsOn: spec.dependsOn.filter((key) => keys.has(key)) })),
    ptp4lInstances,
    outcomes: config.profiles.map((profile) => outcomeOf(profile, plannedByProfile.get(profile))),
    runIds,
    ...phcIndexes(facts.interfaces),
    aliasByInterface: interfaceAliases(
      contributions.flatMap(({ interfaces }) => interfaces),
      facts.interfaces,
    ),
    notices: [
      ...config.profiles.flatMap((profile) => plannedByProfile.get(profile)?.notices ?? []),
      ...sharedResources(processes, ptp4lInstances),
    ],
    hardwareUnsupported: config.profiles.flatMap((profile) => unsupportedOf(profile, config)),
  };
}

/** By object: two profiles of one name are two profiles, of which the later has no plan. */
function planProfiles(
  { config, facts, previous, choices = noChoices }: PlanInput,
  runIds: RunIds,
): ReadonlyMap<NodeProfile, PlannedProfile> {
  const first = new Map(config.profiles.toReversed().map((profile) => [profile.name, profile]));
  const peerByName = new Map([...first].map(([name, profile]) => [name, createPeer(profile, runIds[name] ?? 0)]));
  const secretFileByPath = secretFiles(config.secrets, previous);
  const node = { nodeName: config.nodeName, facts, peerByName, choices, secretFileByPath };
  return new Map(
    [...first].map(([name, profile]) => {
      const runId = runIds[name] ?? 0;
      return [profile, planProfile({ ...node, profile, runId })];
    }),
  );
}

function contributionOf(
  { name }: NodeProfile,
  planned: PlannedProfile | undefined,
  previous: RunPlan | undefined,
): Contribution {
  if (planned?.outcome === "applied") return planned;
  if (planned === undefined || previous === undefined) return { processes: [], ptp4lInstances: [], interfaces: [] };
  const ptp4lInstances = previous.ptp4lInstances.filter(({ profile }) => profile === name);
  return {
    processes: previous.processes.filter(({ profile }) => profile === name),
    ptp4lInstances,
    interfaces: ptp4lInstances.flatMap(({ interfaces }) => interfaces),
  };
}

function outcomeOf({ name }: NodeProfile, planned: PlannedProfile | undefined): ProfileOutcome {
  if (planned === undefined) {
    const reason = `the config has another profile named ${JSON.stringify(name)}, which is used: rename one of them`;
    return { name, outcome: "refused", path: "name", reason };
  }
  if (planned.outcome === "applied") return { name, outcome: "applied" };
  return { name, outcome: "refused", path: planned.path, reason: planned.reason };
}

function unsupportedOf(profile: NodeProfile, { hardware }: NodeConfig): readonly UnsupportedHardware[] {
  const needs = unsupportedNeeds(profile, hardware);
  return needs.length === 0 ? [] : [{ profile: profile.name, needs }];
}

/** Absent on a host without hardware clocks, or of which nothing is known. */
function phcIndexes(facts: readonly InterfaceFacts[]): Pick<RunPlan, "phcIndexByInterface"> {
  const known = facts.flatMap(({ name, phcIndex }) => (phcIndex === undefined ? [] : [[name, phcIndex] as const]));
  return known.length === 0 ? {} : { phcIndexByInterface: Object.fromEntries(known) };
}
