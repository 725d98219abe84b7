import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalJson, revisionOf } from "@ptp/node";
import type { JsonValue } from "@ptp/node";
import fc from "fast-check";
import type { ClusterSnapshot, ConfigObject } from "./cluster-snapshot.ts";
import { whyMatches } from "./match-rules.ts";
import { createMatcher } from "./matcher.ts";
import type { Resolution } from "./resolution.ts";
import { resolve } from "./resolve.ts";
import { createResolver } from "./resolver.ts";
import {
  arbitraryNode,
  arbitraryRule,
  arbitrarySnapshot,
  brokenSpec,
  editedSnapshots,
} from "./testing/arbitrary-snapshot.ts";
import { config, node, sha256Hex, simple } from "./testing/snapshot.ts";

/** All of a resolution as one text: equal texts are equal bytes to whoever reads them. */
function bytesOf({ nodes, status, hardwareStatus }: Resolution): string {
  const plain: unknown = JSON.parse(
    JSON.stringify([[...nodes], [...status], [...hardwareStatus]], (_, value: unknown) =>
      value instanceof Uint8Array ? [...value] : value,
    ),
  );
  return canonicalJson(plain as JsonValue);
}

const shuffled = <T>(list: readonly T[]) =>
  fc.shuffledSubarray([...list], { minLength: list.length, maxLength: list.length });

const snapshotTwice = arbitrarySnapshot.chain((snapshot) =>
  fc
    .record({
      nodes: shuffled(snapshot.nodes),
      ptpConfigs: shuffled(snapshot.ptpConfigs),
      nodePtpCfgs: shuffled(snapshot.nodePtpCfgs),
      hardwareConfigs: shuffled(snapshot.hardwareConfigs),
      secrets: shuffled(snapshot.secrets),
    })
    .map((lists): [ClusterSnapshot, ClusterSnapshot] => [snapshot, { ...snapshot, ...lists }]),
);

test("the order of objects does not matter, and a repeat gives the same bytes", () => {
  fc.assert(
    fc.property(snapshotTwice, ([snapshot, other]) => {
      const bytes = bytesOf(resolve(snapshot, sha256Hex));
      assert.equal(bytesOf(resolve(other, sha256Hex)), bytes);
      assert.equal(bytesOf(resolve(structuredClone(snapshot), sha256Hex)), bytes);
    }),
    { numRuns: 300 },
  );
});

test("resolving step by step gives what resolving each snapshot afresh gives", () => {
  fc.assert(
    fc.property(editedSnapshots, (snapshots) => {
      const resolver = createResolver(sha256Hex);
      for (const snapshot of snapshots) {
        assert.equal(bytesOf(resolver(snapshot)), bytesOf(resolve(snapshot, sha256Hex)));
      }
    }),
    { numRuns: 300 },
  );
});

const essence = ({ nodes }: Resolution, name: string) => {
  const found = nodes.get(name);
  return { config: found?.config, revision: found?.revision, conflicts: found?.conflicts };
};

test("an object that selects no node and defines no name of others changes no node's config", () => {
  const unrelated = config("unrelated", simple("only-here", [{ nodeName: "elsewhere" }], -100));
  fc.assert(
    fc.property(arbitrarySnapshot, (snapshot) => {
      const before = resolve(snapshot, sha256Hex);
      const after = resolve({ ...snapshot, ptpConfigs: [unrelated, ...snapshot.ptpConfigs] }, sha256Hex);
      for (const name of before.nodes.keys()) assert.deepEqual(essence(after, name), essence(before, name));
      for (const [key, status] of before.status) assert.deepEqual(after.status.get(key), status);
    }),
  );
});

test("another node changes no node's config or explanation", () => {
  fc.assert(
    fc.property(arbitrarySnapshot, fc.constantFrom("ptp/gm", "zone"), (snapshot, label) => {
      const before = resolve(snapshot, sha256Hex);
      const after = resolve({ ...snapshot, nodes: [...snapshot.nodes, node("new", { [label]: "a" })] }, sha256Hex);
      for (const [name, resolution] of before.nodes) assert.deepEqual(after.nodes.get(name), resolution);
    }),
  );
});

test("one object whose structure is broken changes nothing for any other", () => {
  fc.assert(
    fc.property(arbitrarySnapshot, brokenSpec, fc.constantFrom("a", "m", "zz"), (snapshot, spec, name) => {
      const broken: ConfigObject = { metadata: { name, namespace: "broken" }, spec };
      const before = resolve(snapshot, sha256Hex);
      const after = resolve({ ...snapshot, ptpConfigs: [broken, ...snapshot.ptpConfigs] }, sha256Hex);
      for (const node of before.nodes.keys()) assert.deepEqual(essence(after, node), essence(before, node));
      for (const [key, status] of before.status) assert.deepEqual(after.status.get(key), status);
      const [valid] = after.status.get(`PtpConfig/broken/${name}`)?.conditions ?? [];
      assert.deepEqual([valid?.type, valid?.status, valid?.reason], ["ConfigValid", "False", "Invalid"]);
    }),
  );
});

test("no spec, whatever it holds, makes resolution throw", () => {
  const anything = fc.record({
    metadata: fc.record({ name: fc.string(), namespace: fc.string() }),
    spec: fc.oneof(
      fc.anything(),
      fc.record({ profile: fc.array(fc.jsonValue()), recommend: fc.array(fc.jsonValue()) }),
      fc.record({
        profile: fc.array(fc.dictionary(fc.constantFrom("name", "ptp4lConf", "ptpSettings"), fc.jsonValue())),
        recommend: fc.array(fc.dictionary(fc.constantFrom("profile", "priority", "match"), fc.jsonValue())),
      }),
    ),
  });
  fc.assert(
    fc.property(arbitrarySnapshot, anything, (snapshot, object) => {
      const lists = { ptpConfigs: [object], nodePtpCfgs: [object], hardwareConfigs: [object], operatorConfig: object };
      const { nodes } = resolve({ ...snapshot, ...lists }, sha256Hex);
      for (const { explanation } of nodes.values()) assert.ok(Array.isArray(explanation));
    }),
    { numRuns: 500 },
  );
});

test("every recommendation is explained once, and what is taken is what the status and the config say", () => {
  fc.assert(
    fc.property(arbitrarySnapshot, (snapshot) => {
      const { nodes, status } = resolve(snapshot, sha256Hex);
      const configs = [...snapshot.ptpConfigs, ...snapshot.nodePtpCfgs];
      const total = configs.reduce((sum, { spec }) => sum + (spec as { recommend: unknown[] }).recommend.length, 0);
      for (const [nodeName, { explanation, config, conflicts }] of nodes) {
        assert.equal(new Set(explanation.map(({ object, index }) => `${object} ${index}`)).size, total);
        const taken = explanation.filter(({ verdict }) => verdict === "taken");
        const matched = [...status].flatMap(([object, { matchList }]) =>
          matchList.filter((match) => match.nodeName === nodeName).map(({ profile }) => `${object} ${profile}`),
        );
        assert.deepEqual(new Set(matched), new Set(taken.map(({ object, profile }) => `${object} ${profile}`)));
        assert.equal(matched.length, new Set(matched).size);
        assert.equal(new Set(taken.map(({ priority }) => priority)).size, taken.length === 0 ? 0 : 1);
        const names = config.profiles.map(({ name }) => name);
        assert.equal(new Set(names).size, names.length);
        for (const { kind, subject } of conflicts) if (kind === "qualified-name") assert.ok(names.includes(subject));
      }
    }),
    { numRuns: 300 },
  );
});

test("the revision issued is the revision of the config issued", () => {
  fc.assert(
    fc.property(arbitrarySnapshot, (snapshot) => {
      for (const { config, revision } of resolve(snapshot, sha256Hex).nodes.values()) {
        assert.equal(revision, revisionOf(config, sha256Hex));
      }
    }),
  );
});

test("an edit hashes only what it reaches, and leaves every other node's config the same object", () => {
  const many = Array.from({ length: 200 }, (_, index) => node(`w${index}`, { [`group-${index % 4}`]: "" }));
  const base = [0, 1, 2, 3].map((group) => config(`c${group}`, simple("p", [{ nodeLabel: `group-${group}` }])));
  const single = (interfaceName: string) =>
    config("single", simple({ name: "own", interface: interfaceName }, [{ nodeName: "w7" }], 1));
  let hashes = 0;
  const resolver = createResolver((bytes) => {
    hashes += 1;
    return sha256Hex(bytes);
  });
  const snapshot = (interfaceName: string): ClusterSnapshot => ({
    nodes: many,
    ptpConfigs: [...base, single(interfaceName)],
    nodePtpCfgs: [],
    hardwareConfigs: [],
    secrets: [],
  });
  const before = resolver(snapshot("eth0"));
  assert.equal(hashes, 200);
  const after = resolver(snapshot("eth1"));
  assert.equal(hashes, 201);
  const changed = [...after.nodes].filter(([name, { config }]) => config !== before.nodes.get(name)?.config);
  assert.deepEqual(
    changed.map(([name]) => name),
    ["w7"],
  );
});

test("the matcher's indexes find what the rules say, by the first rule that holds", () => {
  const spec = fc.record({
    match: fc.array(arbitraryRule, { maxLength: 4 }),
    emptyMatchSelects: fc.constantFrom("every" as const, "none" as const),
  });
  fc.assert(
    fc.property(fc.array(fc.option(spec, { nil: undefined })), fc.array(arbitraryNode), (specs, nodes) => {
      const matcher = createMatcher(specs);
      for (const node of nodes) {
        const expected = specs.flatMap((spec, ordinal) => {
          const why = spec === undefined ? undefined : whyMatches(spec, node);
          return why === undefined ? [] : [{ ordinal, why }];
        });
        const hits = matcher.hitsOf(node).map(({ ordinal, why }) => ({ ordinal, why }));
        assert.deepEqual(hits, expected);
        assert.equal(matcher.hitsOf(node), matcher.hitsOf(structuredClone(node)));
      }
    }),
  );
});
