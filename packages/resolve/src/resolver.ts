import { byBytes, canonicalJson } from "@ptp/node";
import type { JsonValue, Sha256Hex } from "@ptp/node";
import type { ClusterSnapshot, ConfigObject, NodeObject } from "./cluster-snapshot.ts";
import { createUnmatchedExplanations, explain } from "./explain.ts";
import { indexHardware, parseHardware, type HardwareByProfile } from "./hardware.ts";
import { leapListOf } from "./leap-list-of.ts";
import { linkConfigs, type LinkedConfigs } from "./link.ts";
import { createMatcher, type Matcher } from "./matcher.ts";
import { byObject, type ObjectRef } from "./object-ref.ts";
import { readOperatorSettings, type OperatorSettings } from "./operator-settings.ts";
import { parseConfig } from "./parse-config.ts";
import { createDirectory } from "./profile-directory.ts";
import type { NodeResolution, RecommendationExplanation, Resolution } from "./resolution.ts";
import { indexSecrets } from "./secrets.ts";
import type { Selection } from "./selection.ts";
import { createSelector, type Selector } from "./selector.ts";
import { summariseStatus } from "./status.ts";

/** Resolves snapshots one after the other. */
export type Resolver = (snapshot: ClusterSnapshot) => Resolution;

/**
 * A resolver that gives for every snapshot exactly what `resolve` gives, but remembers the last one by the identity of its
 * objects: after an edit only what the edited objects reach is validated, selected and hashed again. A node whose config
 * did not change keeps its `config` object and revision. Memory stays in proportion to the last snapshot.
 */
export function createResolver(sha256Hex: Sha256Hex): Resolver {
  const parsers = {
    ptpConfig: byIdentity((object: ConfigObject) => parseConfig("PtpConfig", object)),
    nodePtpCfg: byIdentity((object: ConfigObject) => parseConfig("NodePTPCfg", object)),
    hardware: byIdentity(parseHardware),
  };
  const unmatched = createUnmatchedExplanations();
  let last: Stage | undefined;
  return (snapshot) => {
    const hardware = inOrder(snapshot.hardwareConfigs.map(parsers.hardware));
    const configs = inOrder([
      ...snapshot.ptpConfigs.map(parsers.ptpConfig),
      ...snapshot.nodePtpCfgs.map(parsers.nodePtpCfg),
    ]);
    const linked = linkConfigs(configs, createDirectory(configs), last?.linked);
    const settings = keepEqual(last?.settings, readOperatorSettings(snapshot.operatorConfig));
    const hardwareByProfile = indexHardware(hardware, last?.hardwareByProfile);
    const secrets = indexSecrets(snapshot.secrets);
    const sources = { settings, hardware: hardwareByProfile, secrets, sha256Hex };
    const selector =
      last?.selector.next(linked.recommendations, sources) ?? createSelector(linked.recommendations, sources);
    const { matcher, rules } = matcherFor(linked, last);
    const selected = inNameOrder(snapshot.nodes).map((node) => {
      const selection = selector.selectionOf(matcher.hitsOf(node));
      return [node.metadata.name, selection] as const;
    });
    const explanationOf = byIdentity((selection: Selection) =>
      explain(linked.recommendations, selection.judgements, unmatched),
    );
    const issued = issueConfigs(selected, snapshot.leapLists, last?.issued);
    last = { linked, settings, hardwareByProfile, selector, matcher, rules, issued };
    const nodes = new Map([...issued].map(([name, each]) => [name, toResolution(each, explanationOf)]));
    return { nodes, ...summariseStatus({ linked, hardware, secrets, selections: selected }) };
  };
}

/** What a resolver keeps of the last snapshot. */
interface Stage {
  readonly linked: LinkedConfigs;
  readonly settings: OperatorSettings;
  readonly hardwareByProfile: HardwareByProfile;
  readonly selector: Selector;
  readonly matcher: Matcher;
  readonly rules: string;
  readonly issued: ReadonlyMap<string, Issued>;
}

interface Issued {
  readonly selection: Selection;
  readonly config: NodeResolution["config"];
  readonly revision: string;
}

/** Rules of matching change far less often than profiles; with equal rules every node's matches stay known. */
function matcherFor({ recommendations }: LinkedConfigs, last: Stage | undefined): Pick<Stage, "matcher" | "rules"> {
  const specs = recommendations.map(({ config: { emptyMatchSelects }, recommendation: { match, problem } }) =>
    problem === undefined ? { match, emptyMatchSelects } : undefined,
  );
  const rules = JSON.stringify(specs);
  return { rules, matcher: last?.rules === rules ? last.matcher : createMatcher(specs) };
}

function issueConfigs(
  selected: readonly (readonly [string, Selection])[],
  leapLists: ClusterSnapshot["leapLists"],
  last: ReadonlyMap<string, Issued> | undefined,
): ReadonlyMap<string, Issued> {
  const issued = new Map<string, Issued>();
  for (const [nodeName, selection] of selected) {
    const before = last?.get(nodeName);
    const leapSeconds = leapListOf(nodeName, leapLists);
    const isSame = before?.selection === selection && before.config.leapSeconds === leapSeconds;
    const config = { nodeName, ...selection.config, ...(leapSeconds !== undefined && { leapSeconds }) };
    const revision = () => selection.revisionOf(nodeName, leapSeconds);
    issued.set(nodeName, isSame ? before : { selection, config, revision: revision() });
  }
  return issued;
}

function toResolution(
  { selection, config, revision }: Issued,
  explanationOf: (selection: Selection) => readonly RecommendationExplanation[],
): NodeResolution {
  return {
    config,
    revision,
    get explanation() {
      return explanationOf(selection);
    },
    conflicts: selection.conflicts,
  };
}

/** The function with its results kept for as long as their arguments live. */
function byIdentity<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    const entry = known.get(key) ?? { value: make(key) };
    known.set(key, entry);
    return entry.value;
  };
}

function inOrder<T extends { readonly ref: ObjectRef }>(objects: readonly T[]): readonly T[] {
  return [...objects].sort((a, b) => byObject(a.ref, b.ref));
}

/** Stores usually hand nodes over in order; then nothing is sorted. */
function inNameOrder(nodes: readonly NodeObject[]): readonly NodeObject[] {
  const isSorted = nodes.every(
    (node, index) => byBytes(nodes[index - 1]?.metadata.name ?? "", node.metadata.name) <= 0,
  );
  return isSorted ? nodes : [...nodes].sort((a, b) => byBytes(a.metadata.name, b.metadata.name));
}

function keepEqual(before: OperatorSettings | undefined, now: OperatorSettings): OperatorSettings {
  const text = (settings: OperatorSettings) => canonicalJson(settings as unknown as JsonValue);
  return before !== undefined && text(before) === text(now) ? before : now;
}
