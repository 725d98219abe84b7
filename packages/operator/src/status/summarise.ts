import { defaultNamespace, reasons, toText, type ClusterDocument, type Condition } from "@ptp/api";
import type { ConditionDraft, Resolution } from "@ptp/resolve";
import type { SessionFacts } from "../sessions/session-facts.ts";
import { keyOf, keyText, type ObjectKey, type StatusKey } from "../store/object-key.ts";
import type { ObjectStatus, StoreProblem, StoreState } from "../store/store.ts";
import { hardwareApplied, progressOf, some, synchronized } from "./aspects.ts";
import { draft, toConditions, withSummary, type Summary } from "./condition-draft.ts";
import { profilesOnNode, type ProfileOnNode } from "./node-progress.ts";
import { summariseNode } from "./summarise-node.ts";

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
}

/** The status of one object. */
export interface StatusEntry {
  readonly key: StatusKey;
  readonly status: ObjectStatus;
}

/** Longer match lists are cut, so that a status stays an object of bearable size. */
export const longestMatchList = 1000;

/** The status of every object and every node: facts in, conditions out; equal input gives equal output. */
export function summarise(sources: StatusSources): readonly StatusEntry[] {
  const { state, resolution, factsOf, operatorNamespace: namespace = defaultNamespace } = sources;
  const profilesByNode = new Map<string, readonly ProfileOnNode[]>();
  for (const [nodeName, node] of resolution.nodes) {
    profilesByNode.set(nodeName, profilesOnNode(nodeName, node, factsOf(nodeName)));
  }
  const problems = problemsByObject(state.problems);
  const entries: StatusEntry[] = [];
  const seen = new Set<string>();
  const judge = (key: ObjectKey, document: ClusterDocument | undefined) => {
    const name = keyText(key);
    if (seen.has(name) || !isSummarised(key)) return;
    seen.add(name);
    const judgement = judgeObject(key, { resolution, profilesByNode, refusals: problems.get(name) ?? [] });
    entries.push(toEntry(key, document?.metadata.generation, judgement, sources));
  };
  for (const document of state.objects.values()) judge(keyOf(document), document);
  for (const { object } of state.problems) if (object !== undefined) judge(object, undefined);
  for (const nodeName of resolution.nodes.keys()) {
    const key: StatusKey = { kind: "NodePtpDevice", namespace, name: nodeName };
    const judgement = summariseNode(factsOf(nodeName), profilesByNode.get(nodeName) ?? []);
    entries.push(toEntry(key, undefined, judgement, sources));
  }
  return entries;
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
  readonly profilesByNode: ReadonlyMap<string, readonly ProfileOnNode[]>;
  /** Why the newest version of the object was refused. */
  readonly refusals: readonly string[];
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
    case "PtpOperatorConfig":
      return { aspects: validOrRefused([draft("ConfigValid", "True", reasons.succeeded)], refusals), fields: {} };
  }
}

const unsupported = draft(
  "HardwareApplied",
  "False",
  reasons.unsupported,
  "this version sets no pins, synchronizers or receivers",
);

function judgeConfig(key: SummarisedKey, { resolution, profilesByNode, refusals }: ObjectSources): Judgement {
  const status = resolution.status.get(keyText(key));
  const matchList = status?.matchList ?? [];
  const profiles = matchList.flatMap(({ nodeName, profile }) =>
    findProfile(profilesByNode.get(nodeName) ?? [], key.name, profile),
  );
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
  const found = own ?? onNode.find(({ profile }) => profile.endsWith(`_${bare}`));
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
