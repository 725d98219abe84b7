import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { toProfileJson } from "@ptp/node";
import { parse } from "yaml";
import type { ConfigObject, NodeObject } from "./cluster-snapshot.ts";
import { whyMatches, type MatchRule } from "./match-rules.ts";
import { parseConfig } from "./parse-config.ts";
import { createDirectory, qualifyProfileName } from "./profile-directory.ts";
import { qualifyReferences, resolveReference } from "./qualify-references.ts";
import { resolve } from "./resolve.ts";
import { hardware, node, sha256Hex, snapshotOf } from "./testing/snapshot.ts";

/** Recorded behaviour of the existing stack; lies beside the project and is not part of it. */
const vectorsUrl = new URL("../../../../shared/vectors/operator.yaml", import.meta.url);

interface Vector {
  readonly id: string;
  readonly op: string;
  readonly input: Input;
  readonly expect: Readonly<Record<string, unknown>>;
}

interface Config extends ConfigObject {
  readonly spec?: {
    readonly profile?: readonly object[];
    readonly recommend?: readonly { readonly profile: string }[];
  };
}

interface Input {
  readonly node: NodeObject;
  readonly nodes: readonly NodeObject[];
  readonly match: readonly MatchRule[];
  readonly ptpConfig: Config;
  readonly ptpConfigs: readonly Config[];
  readonly hardwareConfig: { readonly spec: { readonly relatedPtpProfileName: string } };
  readonly crName: string;
  readonly profileName: string;
  readonly value: string;
  readonly setting: "controllingProfile" | "haProfiles";
  readonly currentCr: string;
  readonly ptpSettings: Readonly<Record<string, string>>;
}

/** Where the design changes the outcome on purpose (section 6): the id, why, and what comes out here. */
const deviations: Readonly<
  Record<string, { readonly why: string; readonly expect: Readonly<Record<string, unknown>> }>
> = {
  "profiles-05-name-leak": {
    why: "a name means the object's own profile first; equal names of other objects do not leak in",
    expect: { profiles: [{ name: "a_p1", ptp4lOpts: "-2 -s" }] },
  },
  "reconcile-01-configmap-and-matchlist": {
    why: "matchList is what is really selected: on w1 oc is shadowed by gm",
    expect: {
      configMap: {
        name: "ptp-configmap",
        namespace: "openshift-ptp",
        data: { w1: [{ name: "gm_gm-p" }], w2: [{ name: "oc_oc-p" }], m1: [] },
      },
      matchList: { gm: [{ nodeName: "w1", profile: "gm-p" }], oc: [{ nodeName: "w2", profile: "oc-p" }] },
    },
  },
  "ref-05-unresolved-keeps-value-and-sets-condition": {
    why: "there is one condition for all that is wrong with an object, ConfigValid; the reason is the same word",
    expect: {
      value: "nonexistent",
      conditions: [{ type: "ConfigValid", status: "False", reason: "UnresolvedProfileReference" }],
    },
  },
};

const operations: Readonly<Record<string, (input: Input) => Readonly<Record<string, unknown>>>> = {
  nodeMatches: ({ node, match }) => ({
    result: whyMatches({ match, emptyMatchSelects: "every" }, node) !== undefined,
  }),
  /** The vectors leave the profiles out; a name without a definition selects nothing here. */
  selectProfileNames: ({ node, ptpConfig }) => {
    const recommend = ptpConfig.spec?.recommend ?? [];
    const profile = [...new Set(recommend.map(({ profile }) => profile))].map((name) => ({ name }));
    const complete = { ...ptpConfig, spec: { profile, recommend } };
    const { status } = resolve(snapshotOf({ nodes: [node], ptpConfigs: [complete] }), sha256Hex);
    return { names: [...status.values()].flatMap(({ matchList }) => matchList.map(({ profile }) => profile)) };
  },
  qualifyProfileName: ({ crName, profileName }) => ({ value: qualifyProfileName(crName, profileName) }),
  resolveProfileReference: ({ value, setting, currentCr, ptpConfigs }) => {
    const { directory, current } = directoryOf(ptpConfigs, currentCr);
    const resolved = resolveReference(directory, current, { setting, value });
    const withReference = ptpConfigs.map((config): Config => {
      if (config.metadata.name !== currentCr) return config;
      const [first, ...others] = config.spec?.profile ?? [];
      return {
        ...config,
        spec: { profile: [{ ...first, ptpSettings: { [setting]: value } }, ...others], recommend: [] },
      };
    });
    const { status } = resolve(snapshotOf({ ptpConfigs: withReference }), sha256Hex);
    const conditions = [...(status.get(current.ref.key)?.conditions ?? [])];
    const bad = conditions.filter(({ type, status }) => type === "ConfigValid" && status === "False");
    return { value: resolved.value, conditions: bad.map(({ type, status, reason }) => ({ type, status, reason })) };
  },
  qualifyReferences: ({ ptpSettings, currentCr, ptpConfigs }) => {
    const { directory, current } = directoryOf(ptpConfigs, currentCr);
    return { ptpSettings: qualifyReferences(directory, current, ptpSettings).settings };
  },
  nodeProfiles: ({ ptpConfigs, node }) => ({ profiles: reconcile(ptpConfigs, [node]).data[node.metadata.name] }),
  reconcilePtpConfigs: ({ ptpConfigs, nodes }) => {
    const { data, matchList } = reconcile(ptpConfigs, nodes);
    return { configMap: { name: "ptp-configmap", namespace: "openshift-ptp", data }, matchList };
  },
  matchList: ({ ptpConfigs, nodes }) => ({ matchList: reconcile(ptpConfigs, nodes).matchList }),
  /** The vectors hand a status in; here it follows from the nodes, so these are made from it. */
  hardwareConfigStatus: ({ hardwareConfig, ptpConfigs }) => {
    const { relatedPtpProfileName } = hardwareConfig.spec;
    const nodes = ["w2", "w1"].map((name) => node(name, { "node-role.kubernetes.io/worker": "" }));
    const hardwareConfigs = [hardware("test", relatedPtpProfileName)];
    const { hardwareStatus } = resolve(snapshotOf({ nodes, ptpConfigs, hardwareConfigs }), sha256Hex);
    return { matchedNodes: hardwareStatus.get("HardwareConfig/openshift-ptp/test")?.matchedNodes };
  },
};

function directoryOf(ptpConfigs: readonly Config[], currentCr: string) {
  const configs = ptpConfigs.map((config) => parseConfig("PtpConfig", config));
  const current = configs.find(({ ref }) => ref.name === currentCr) ?? parseConfig("PtpConfig", emptyConfig(currentCr));
  return { directory: createDirectory(configs), current };
}

function emptyConfig(name: string): Config {
  return { metadata: { name, namespace: "openshift-ptp" }, spec: { profile: [], recommend: [] } };
}

function reconcile(ptpConfigs: readonly Config[], nodes: readonly NodeObject[]) {
  const resolution = resolve(snapshotOf({ nodes, ptpConfigs }), sha256Hex);
  const data = [...resolution.nodes].map(([name, { config }]) => [name, toProfileJson(config.profiles)] as const);
  const matchList = [...resolution.status].map(([key, status]) => [key.split("/")[2], status.matchList] as const);
  return { data: Object.fromEntries(data), matchList: Object.fromEntries(matchList) };
}

if (existsSync(vectorsUrl)) {
  const { vectors } = parse(readFileSync(vectorsUrl, "utf8")) as { readonly vectors: readonly Vector[] };
  const ours = vectors.filter(({ op }) => Object.hasOwn(operations, op));
  test("the vectors hold cases for every operation", () => {
    assert.deepEqual(new Set(ours.map(({ op }) => op)), new Set(Object.keys(operations)));
  });
  for (const { id, op, input, expect } of ours) {
    const deviation = deviations[id];
    test(`${id}${deviation === undefined ? "" : ` (changed on purpose: ${deviation.why})`}`, () => {
      assert.deepEqual(JSON.parse(JSON.stringify(operations[op]?.(input))), deviation?.expect ?? expect);
    });
  }
} else {
  test("operator vectors", (t) => t.skip(`not here: ${vectorsUrl.pathname}`));
}
