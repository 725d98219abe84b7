import fc from "fast-check";
import type { ClusterSnapshot, ConfigObject, NodeObject, SecretObject } from "../cluster-snapshot.ts";
import { hardware } from "./snapshot.ts";

// Few names, so that everything meets: same names in two namespaces and kinds, foreign, dangling and ambiguous references.
const nodeNames = ["w1", "w2", "w3", "w\u{1f600}", "w\uffee"];
const labels = ["ptp/gm", "ptp/oc", "zone"];
const values = ["", "a", "b"];
const profileNames = ["p", "q", "x_y"];
const configNames = ["a", "b", "x"];
const namespaces = ["openshift-ptp", "other"];
const interfaces = ["eth0", "eth1"];
const secretNames = ["auth", "auth", "other"];

export const arbitraryNode: fc.Arbitrary<NodeObject> = fc.record({
  metadata: fc.record({
    name: fc.constantFrom(...nodeNames),
    labels: fc.dictionary(fc.constantFrom(...labels), fc.constantFrom(...values)),
  }),
});

export const arbitraryRule = fc.record(
  {
    nodeName: fc.constantFrom("", ...nodeNames),
    nodeLabel: fc.constantFrom("", ...labels, ...labels.flatMap((key) => values.map((value) => `${key}=${value}`))),
  },
  { requiredKeys: [] },
);

const recommendation = fc.record(
  {
    profile: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...profileNames) }, fc.constant("nowhere")),
    priority: fc.constantFrom(-1, 0, 0, 0, 2),
    match: fc.oneof({ weight: 2, arbitrary: fc.array(arbitraryRule, { minLength: 1, maxLength: 3 }) }, fc.constant([])),
  },
  { requiredKeys: ["profile"] },
);

const goodTexts = fc.constantFrom(
  {},
  { interface: "eth0" },
  { interface: "eth1", phc2sysOpts: "-a -r" },
  { interface: "eth1", ptp4lOpts: "" },
  { ptp4lConf: "[global]\ndomainNumber 24\n[eth0]\n[eth1]\nmasterOnly 0\n", phc2sysOpts: "-s eth0" },
  { ptp4lConf: "[global]\nsa_file /etc/ptp-secret-mount/auth/k\nspp -1\n" },
);
const badTexts = fc.constantFrom({ ptp4lConf: "[eth0\n" }, { ptp4lOpts: 7 }, { ptp4lOptz: "" });

const arbitraryProfile = fc
  .record({
    name: fc.constantFrom(...profileNames),
    texts: fc.oneof({ weight: 12, arbitrary: goodTexts }, badTexts),
    threshold: fc.constantFrom({}, { ptpClockThreshold: { holdOverTimeout: 0 } }),
    settings: fc.oneof(
      { weight: 3, arbitrary: fc.constant({}) },
      fc.record({ haProfiles: fc.constantFrom("p, q", "a_p", "nowhere", "x_y") }),
      fc.record({ controllingProfile: fc.constantFrom("p", "b_q", "nowhere") }),
    ),
  })
  .map(({ name, texts, threshold, settings }) => ({ name, ...texts, ...threshold, ptpSettings: settings }));

const profiles = (maxLength: number) =>
  fc.oneof(
    { weight: 9, arbitrary: fc.uniqueArray(arbitraryProfile, { maxLength, selector: ({ name }) => name }) },
    fc.array(arbitraryProfile, { maxLength }),
  );

const metadata = fc.record({
  name: fc.constantFrom(...configNames),
  namespace: fc.constantFrom(...namespaces),
  annotations: fc.constantFrom({}, {}, {}, { "ptp.openshift.io/empty-match": "none" }),
});

export const arbitraryConfig: fc.Arbitrary<ConfigObject> = fc.record({
  metadata,
  spec: fc.record({
    profile: profiles(3),
    recommend: fc.array(recommendation, { maxLength: 4 }),
  }),
});

const firstGeneration: fc.Arbitrary<ConfigObject> = fc.record({
  metadata,
  spec: fc.record({
    profile: fc.array(
      fc.record({ name: fc.constantFrom(...profileNames), interface: fc.constantFrom(...interfaces) }),
      {
        maxLength: 2,
      },
    ),
    recommend: fc.array(recommendation, { maxLength: 2 }),
  }),
});

const arbitraryHardware: fc.Arbitrary<ConfigObject> = fc
  .tuple(fc.constantFrom("h1", "h2", "other/h1"), fc.constantFrom(...profileNames), fc.constantFrom(...interfaces))
  .map(([name, related, port]) => hardware(name, related, port));

const secret: fc.Arbitrary<SecretObject> = fc.record({
  metadata: fc.record({ name: fc.constantFrom(...secretNames), namespace: fc.constantFrom(...namespaces) }),
  stringData: fc.dictionary(fc.constantFrom("k", "k", "k", "l"), fc.constantFrom("spp 1\n", "spp 2\n")),
});

const operatorConfig: fc.Arbitrary<ConfigObject> = fc.record({
  metadata: fc.constant({ name: "default", namespace: "openshift-ptp" }),
  spec: fc.record(
    {
      daemonNodeSelector: fc.constant({}),
      plugins: fc.dictionary(fc.constantFrom("e810", "ntpfailover"), fc.constant({})),
      ptpEventConfig: fc.record({
        enableEventPublisher: fc.boolean(),
        transportHost: fc.constantFrom("http://a", "http://b"),
      }),
    },
    { requiredKeys: ["daemonNodeSelector"] },
  ),
});

type Named = { readonly metadata: { readonly name: string; readonly namespace?: string } };

const idOf = ({ metadata: { name, namespace = "" } }: Named) => `${namespace}/${name}`;

function someOf<T extends Named>(object: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<T[]> {
  return fc.uniqueArray(object, { maxLength, selector: idOf });
}

/** A small cluster in which everything that can collide does so often. */
export const arbitrarySnapshot: fc.Arbitrary<ClusterSnapshot> = fc
  .record({
    nodes: someOf(arbitraryNode, 4),
    ptpConfigs: someOf(arbitraryConfig, 4),
    nodePtpCfgs: someOf(firstGeneration, 2),
    hardwareConfigs: someOf(arbitraryHardware, 3),
    operatorConfig: fc.option(operatorConfig, { nil: undefined }),
    secrets: someOf(secret, 3),
  })
  .map(({ operatorConfig, ...lists }) => ({ ...lists, ...(operatorConfig === undefined ? {} : { operatorConfig }) }));

/** A spec that no validator lets through as a whole. */
export const brokenSpec: fc.Arbitrary<unknown> = fc.oneof(
  fc.constant("text"),
  fc.constant({ profile: {}, recommend: [] }),
  fc.record({ profile: profiles(3), recommend: fc.constant("all") }),
  fc.record({ profile: profiles(3), recommend: fc.array(recommendation), profiles: fc.constant([]) }),
);

/** A snapshot and the next one after an edit: some lists are drawn anew, the rest stays by identity, but in another order. */
export const editedSnapshots: fc.Arbitrary<readonly ClusterSnapshot[]> = fc
  .array(
    fc.tuple(arbitrarySnapshot, fc.subarray(["nodes", "ptpConfigs", "hardwareConfigs", "secrets", "operatorConfig"])),
    {
      minLength: 2,
      maxLength: 4,
    },
  )
  .map((drawn) => {
    const steps: ClusterSnapshot[] = [];
    for (const [fresh, edited] of drawn) steps.push(merge(steps.at(-1), fresh, edited));
    return steps;
  });

/** Objects of the last snapshot that the fresh one has too are kept, so that only part of a list changes. */
function merge(last: ClusterSnapshot | undefined, fresh: ClusterSnapshot, edited: readonly string[]): ClusterSnapshot {
  if (last === undefined) return fresh;
  const mix = <T extends Named>(field: string, before: readonly T[], now: readonly T[]): readonly T[] => {
    if (!edited.includes(field)) return before.toReversed();
    const half = now.slice(0, Math.ceil(now.length / 2));
    const taken = new Set(half.map(idOf));
    return [...half, ...before.filter((object) => !taken.has(idOf(object)))];
  };
  const { operatorConfig: before, ...lastLists } = last;
  const { operatorConfig: now, ...freshLists } = fresh;
  const operatorConfig = edited.includes("operatorConfig") ? now : before;
  return {
    nodes: mix("nodes", lastLists.nodes, freshLists.nodes),
    ptpConfigs: mix("ptpConfigs", lastLists.ptpConfigs, freshLists.ptpConfigs),
    nodePtpCfgs: lastLists.nodePtpCfgs,
    hardwareConfigs: mix("hardwareConfigs", lastLists.hardwareConfigs, freshLists.hardwareConfigs),
    secrets: mix("secrets", lastLists.secrets, freshLists.secrets),
    ...(operatorConfig === undefined ? {} : { operatorConfig }),
  };
}
