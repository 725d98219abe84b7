import {
  defaultNamespace,
  reasons,
  toText,
  type ClusterDocument,
  type Condition,
  type NodePtpDeviceStatus,
} from "@ptp/api";
import { bareProfileName, type ConditionDraft, type Resolution } from "@ptp/resolve";
import type { AgentsJudgement } from "../reconcile/operator-config/agents-standing.ts";
import type { SessionFacts } from "../sessions/session-facts.ts";
import { keyOf, keyText, type ObjectKey, type StatusKey } from "../store/object-key.ts";
import type { ObjectStatus, StoreProblem, StoreState } from "../store/store.ts";
import { hardwareApplied, progressOf, some, synchronized } from "./aspects.ts";
import { draft, toConditions, withSummary, type Summary } from "./condition-draft.ts";
import { profilesOnNode, type ProfileOnNode } from "./node-progress.ts";
import { createPassMemory, type PassMemory } from "./pass-memory.ts";
import { firstGenerationStatus, summariseNode } from "./summarise-node.ts";

/** All that status is made of. */
export interface StatusSources {
  readonly state: Pick<StoreState, "objects" | "problems">;
  readonly resolution: Resolution;
  readonly factsOf: (nodeName: string) => SessionFacts | undefined;
  readonly previousOf: (key: StatusKey) => ObjectStatus | undefined;
  /** RFC 3339 text of now. */
  readonly now: string;
  /** Where the objects of nodes are; default `openshift-ptp`. */
  readonly operatorNamespace?: string;
  /** Whether an object's status is wanted; default: of all. What others write is not worked out. */
  readonly wants?: (key: StatusKey) => boolean;
  /** Replica of the operator that writes; absent where there are no replicas. */
  readonly replica?: string;
  /** Whether the objects of nodes of the first generation (NodePTPDev) are told too; those that are there stay anyway. */
  readonly hasFirstGeneration?: boolean;
  /** How the agents' DaemonSet stands; absent: it is no business of this operator. */
  readonly agents?: AgentsJudgement;
  /** What passes before this one made of nodes; default: nothing. */
  readonly memory?: StatusMemory;
}

/** Of each node, what its last pass came to: with thousands of nodes few of them change between two passes. */
export interface StatusMemory {
  readonly profiles: PassMemory<readonly ProfileOnNode[]>;
  readonly entries: PassMemory<readonly StatusEntry[]>;
}

/** Creates the memory for the passes of one writer. */
export function createStatusMemory(): StatusMemory {
  return { profiles: createPassMemory(), entries: createPassMemory() };
}

/** The status of every wanted object, and which objects shall have one. */
export interface StatusSummary {
  readonly entries: readonly StatusEntry[];
  /** Key texts of all objects that shall have a status, wanted or not. */
  readonly names: ReadonlySet<string>;
  /** What could not be worked out: their status stays as it is. */
  readonly failures: readonly StatusFailure[];
}

/** An object whose status could not be worked out, for what an agent told or a bug of ours. */
export interface StatusFailure {
  readonly key: StatusKey;
  readonly error: unknown;
}

/** The status of one object. */
export interface StatusEntry {
  readonly key: StatusKey;
  readonly status: ObjectStatus;
}

/** Longer match lists are cut, so that a status stays an object of bearable size. */
export const longestMatchList = 1000;

/** The status of every object and every node: facts in, conditions out; equal input gives equal output. */
export function summarise(sources: StatusSources): StatusSummary {
  const { state, resolution, wants = () => true, memory = createStatusMemory() } = sources;
  memory.profiles.begin();
  memory.entries.begin();
  const profilesOf = rememberProfiles(sources, memory);
  const problems = problemsByObject(state.problems);
  const entries: StatusEntry[] = [];
  const failures: StatusFailure[] = [];
  const attempt: Attempt = (key, work) => {
    try {
      entries.push(...work());
    } catch (error) {
      failures.push({ key, error });
    }
  };
  const names = new Set<string>();
  const judge = (key: ObjectKey, document: ClusterDocument | undefined) => {
    const name = keyText(key);
    if (names.has(name) || !isSummarised(key)) return;
    names.add(name);
    if (!wants(key) || (key.kind === "PtpOperatorConfig" && sources.agents?.isUnknown === true)) return;
    const refusals = problems.get(name) ?? [];
    attempt(key, () => {
      const judgement = judgeObject(key, { resolution, profilesOf, refusals, agents: sources.agents });
      return [toEntry(key, document?.metadata.generation, judgement, sources)];
    });
  };
  for (const document of state.objects.values()) judge(keyOf(document), document);
  for (const { object } of state.problems) if (object !== undefined) judge(object, undefined);
  judgeNodes({ ...sources, memory }, profilesOf, names, attempt);
  return { entries, names, failures };
}

/** Takes the entries that the work comes to, or notes that it failed: one object must not keep others from their status. */
type Attempt = (key: StatusKey, work: () => readonly StatusEntry[]) => void;

type ProfilesOf = (nodeName: string) => readonly ProfileOnNode[];

/** A replica that does not lead asks for its own nodes only. */
function rememberProfiles({ resolution, factsOf }: StatusSources, { profiles }: StatusMemory): ProfilesOf {
  return (nodeName) => {
    const node = resolution.nodes.get(nodeName);
    if (node === undefined) return [];
    const facts = factsOf(nodeName);
    return profiles.remember(nodeName, [node.config, facts], () => profilesOnNode(nodeName, node, facts));
  };
}

type NodeSources = StatusSources & { readonly memory: StatusMemory };

function judgeNodes(sources: NodeSources, profilesOf: ProfilesOf, names: Set<string>, attempt: Attempt): void {
  const { resolution, factsOf, operatorNamespace: namespace = defaultNamespace, replica, previousOf } = sources;
  const { wants = () => true, hasFirstGeneration = false, memory } = sources;
  for (const [name, { revision }] of resolution.nodes) {
    const key: StatusKey = { kind: "NodePtpDevice", namespace, name };
    names.add(keyText(key));
    names.add(keyText({ ...key, kind: "NodePTPDev" }));
    attempt(key, () => {
      if (!wants(key)) return [];
      const [facts, profiles, previous] = [factsOf(name), profilesOf(name), previousOf(key)];
      return memory.entries.remember(name, [facts, profiles, previous, hasFirstGeneration], () => {
        const told = (previous as NodePtpDeviceStatus | undefined)?.agent;
        const judgement = summariseNode({ facts, profiles, revision, replica, told });
        const entry = toEntry(key, undefined, judgement, sources);
        // None is made before an agent has told what it would say.
        if (!hasFirstGeneration || facts?.inventory === undefined) return [entry];
        return [entry, { key: { ...key, kind: "NodePTPDev" }, status: { ...firstGenerationStatus(facts) } }];
      });
    });
  }
}

/** Conditions before bookkeeping, with the other fields of a status. */
export interface Judgement extends Omit<Summary, "kind"> {
  readonly fields: Readonly<Record<string, unknown>>;
}

type SummarisedKey = StatusKey & { readonly kind: "PtpConfig" | "NodePTPCfg" | "HardwareConfig" | "PtpOperatorConfig" };

function isSummarised(key: ObjectKey): key is SummarisedKey {
  return ["PtpConfig", "NodePTPCfg", "HardwareConfig", "PtpOperatorConfig"].includes(key.kind);
}

function toEntry(
  key: StatusKey,
  generation: number | undefined,
  { fields, ...summary }: Judgement,
  { previousOf, now }: StatusSources,
): StatusEntry {
  const previous: readonly Condition[] | undefined = previousOf(key)?.conditions;
  const conditions = toConditions(withSummary({ kind: key.kind, ...summary }), { previous, generation, now });
  const observed = generation === undefined ? {} : { observedGeneration: generation };
  return { key, status: { ...fields, conditions, ...observed } };
}

interface ObjectSources {
  readonly resolution: Resolution;
  readonly profilesOf: ProfilesOf;
  /** Why the newest version of the object was refused. */
  readonly refusals: readonly string[];
  readonly agents: AgentsJudgement | undefined;
}

function judgeObject(key: SummarisedKey, sources: ObjectSources): Judgement {
  const { resolution, refusals } = sources;
  switch (key.kind) {
    case "PtpConfig":
    case "NodePTPCfg":
      return judgeConfig(key, sources);
    case "HardwareConfig": {
      const status = resolution.hardwareStatus.get(keyText(key));
      const matched = status?.matchedNodes ?? [];
      const applied = matched.length === 0 ? draft("HardwareApplied", "True", reasons.notRequired) : unsupported;
      const aspects = [...validOrRefused(status?.conditions, refusals), applied];
      return { aspects, fields: { matchedNodes: matched } };
    }
    case "PtpOperatorConfig": {
      const { aspects = [], pending } = sources.agents ?? {};
      const valid = validOrRefused([draft("ConfigValid", "True", reasons.succeeded)], refusals);
      return { aspects: [...valid, ...aspects], ...(pending && { pending }), fields: {} };
    }
  }
}

const unsupported = draft(
  "HardwareApplied",
  "False",
  reasons.unsupported,
  "this version sets no pins, synchronizers or receivers",
);

function judgeConfig(key: SummarisedKey, { resolution, profilesOf, refusals }: ObjectSources): Judgement {
  const status = resolution.status.get(keyText(key));
  const matchList = status?.matchList ?? [];
  const profiles = matchList.flatMap(({ nodeName, profile }) => findProfile(profilesOf(nodeName), key.name, profile));
  const cut = matchList.slice(0, longestMatchList);
  const aspects = validOrRefused(status?.conditions, refusals).map((aspect) =>
    aspect.type === "NodesMatched" && cut.length < matchList.length
      ? { ...aspect, message: `matchList shows ${cut.length} of ${matchList.length} entries` }
      : aspect,
  );
  const hardware = key.kind === "PtpConfig" ? [hardwareApplied(profiles)] : [];
  return {
    aspects: [...aspects, ...(profiles.length === 0 ? [] : [synchronized(profiles)]), ...hardware],
    ...progressOf(profiles),
    fields: { matchList: cut, ...(key.kind === "PtpConfig" ? { summary: countNodes(profiles) } : {}) },
  };
}

/** A match list has bare names; the profile is the object's own, or the only other one of that name. */
function findProfile(onNode: readonly ProfileOnNode[], configName: string, bare: string): readonly ProfileOnNode[] {
  const own = onNode.find(({ profile }) => profile === `${configName}_${bare}`);
  const found = own ?? onNode.find(({ profile }) => bareProfileName(profile) === bare);
  return found === undefined ? [] : [found];
}

/** Resolution judges what it was given; what the store refused before that is added. */
function validOrRefused(
  conditions: readonly ConditionDraft[] | undefined,
  refusals: readonly string[],
): readonly ConditionDraft[] {
  const judged = conditions?.find(({ type }) => type === "ConfigValid");
  if (conditions !== undefined && (refusals.length === 0 || judged?.status === "False")) return conditions;
  const message = `${judged === undefined ? "" : "the newest version is refused, the last good one stays: "}${some(refusals)}`;
  return [draft("ConfigValid", "False", reasons.invalid, message), ...(conditions ?? []).filter(isNotConfigValid)];
}

function isNotConfigValid({ type }: ConditionDraft): boolean {
  return type !== "ConfigValid";
}

function problemsByObject(problems: readonly StoreProblem[]): ReadonlyMap<string, readonly string[]> {
  const byObject = new Map<string, string[]>();
  for (const { object, source, findings } of problems) {
    if (object === undefined) continue;
    const texts = byObject.get(keyText(object)) ?? [];
    texts.push(...findings.map((finding) => `${source.split(":", 1)[0]}: ${toText(finding)}`));
    byObject.set(keyText(object), texts);
  }
  return byObject;
}

function countNodes(profiles: readonly ProfileOnNode[]): Readonly<Record<string, string | number>> {
  const byNode = Map.groupBy(profiles, ({ nodeName }) => nodeName);
  const count = (holds: (profile: ProfileOnNode) => boolean) =>
    [...byNode.values()].filter((onNode) => onNode.every(holds)).length;
  const offsets = profiles.flatMap(({ nodeName, clocks }) =>
    clocks.flatMap(({ offsetNs }) => (offsetNs === undefined ? [] : [{ nodeName, offsetNs }])),
  );
  const worst = offsets.reduce<(typeof offsets)[number] | undefined>(
    (worst, each) => (worst === undefined || Math.abs(each.offsetNs) > Math.abs(worst.offsetNs) ? each : worst),
    undefined,
  );
  return {
    matchedNodes: byNode.size,
    appliedNodes: count(({ progress }) => progress.stage === "applied"),
    lockedNodes: count(({ clocks }) => clocks.length > 0 && clocks.every(({ state }) => state === "LOCKED")),
    ...(worst && { worstOffsetNs: Math.round(worst.offsetNs), worstOffsetNode: worst.nodeName }),
  };
}
