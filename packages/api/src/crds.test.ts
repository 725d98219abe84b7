import assert from "node:assert/strict";
import { test } from "node:test";
import { kinds } from "../schema/kinds.ts";
import { crdFolder } from "../generate/outputs.ts";
import { listShared, readProjectYaml, readSharedDocuments, skipWithoutShared } from "./testing/shared-files.ts";

type Node = Readonly<Record<string, unknown>>;

interface Crd {
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: Node;
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly storage: boolean;
      readonly subresources: unknown;
      readonly additionalPrinterColumns?: readonly Node[];
      readonly schema: { readonly openAPIV3Schema: Node };
    }[];
  };
}

const originals = "data/operator/crds";

/** Fields we have and the original has not; a prefix stands for all below it. Every one is optional. */
const added: Readonly<Record<string, readonly string[]>> = {
  PtpConfig: [
    "spec.profile[].timemasterOpts",
    "spec.profile[].timemasterConf",
    "spec.profile[].highAvailability",
    "status.summary",
    "status.observedGeneration",
  ],
  PtpOperatorConfig: ["status.conditions", "status.observedGeneration"],
  NodePtpDevice: [
    "status.devices[].phcIndex",
    "status.agent",
    "status.revision",
    "status.refusal",
    "status.profiles",
    "status.clocks",
    "status.processes",
    "status.notices",
    "status.leapSeconds",
    "status.conditions",
    "status.observedGeneration",
  ],
  HardwareConfig: ["status.conditions", "status.observedGeneration"],
};

/** What must be equal in a node; the rest is text for people. */
const compared = [
  "type",
  "format",
  "enum",
  "default",
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "pattern",
  "required",
  "x-kubernetes-list-type",
  "x-kubernetes-preserve-unknown-fields",
];

const ownRule = /^!has\(self\.highAvailability\) \|\| /;

test("each original CRD is contained in ours", { skip: skipWithoutShared }, async (t) => {
  const names = listShared(originals);
  assert.equal(names.length, 4);
  for (const name of names) {
    await t.test(name, () => {
      const [original] = readSharedDocuments(`${originals}/${name}`) as Crd[];
      assert.ok(original);
      compareCrd(readProjectYaml(`${crdFolder}/${name}`) as Crd, original);
    });
  }
});

test("every kind has a manifest, every field a description", async (t) => {
  for (const { kind, plural } of kinds) {
    await t.test(kind, () => {
      const { spec } = readProjectYaml(`${crdFolder}/ptp.openshift.io_${plural}.yaml`) as Crd;
      assert.equal(spec.names["kind"], kind);
      assert.deepEqual(spec.names["categories"], ["ptp"]);
      assert.equal((spec.names["shortNames"] as unknown[]).length, 1);
      const root = spec.versions[0]?.schema.openAPIV3Schema;
      assert.ok(root);
      for (const [path, node] of walk(root, "")) {
        if (path === "metadata" || path.endsWith("[]") || path.endsWith("{}")) continue;
        assert.match(node["description"] as string, /^[A-Z].*\.$/i, `${kind} ${path} has no description`);
      }
    });
  }
});

test("short names are unique", () => {
  const all = kinds.flatMap(({ shortNames, plural, kind }) => [...shortNames, plural, kind.toLowerCase()]);
  assert.equal(new Set(all).size, all.length);
});

function compareCrd(ours: Crd, original: Crd): void {
  assert.equal(ours.spec.group, original.spec.group);
  assert.equal(ours.spec.scope, original.spec.scope);
  for (const [key, value] of Object.entries(original.spec.names)) assert.equal(ours.spec.names[key], value);
  assert.equal(ours.spec.versions.length, 1);
  const [ourVersion] = ours.spec.versions;
  const [version] = original.spec.versions;
  assert.ok(ourVersion && version);
  assert.equal(ourVersion.name, version.name);
  assert.deepEqual([ourVersion.served, ourVersion.storage, ourVersion.subresources], [true, true, { status: {} }]);
  for (const column of version.additionalPrinterColumns ?? []) {
    const same: Node | undefined = ourVersion.additionalPrinterColumns?.find(
      ({ jsonPath }) => jsonPath === column["jsonPath"],
    );
    assert.equal(same?.["name"], column["name"]);
    assert.equal(same?.["type"], column["type"]);
  }
  compareSchema(ourVersion.schema.openAPIV3Schema, version.schema.openAPIV3Schema, String(ours.spec.names["kind"]));
}

function compareSchema(ours: Node, original: Node, kind: string): void {
  const ourNodes = new Map(walk(ours, ""));
  const originalNodes = new Map(walk(original, ""));
  assert.ok(originalNodes.size > 10, `${kind}: the original was not walked`);
  for (const [path, node] of originalNodes) {
    const our = ourNodes.get(path);
    assert.ok(our, `${kind} ${path} is missing`);
    for (const key of compared) assert.deepEqual(our[key], node[key], `${kind} ${path} ${key}`);
    // A rule on a field of our own refuses nothing that was taken before.
    const rules = rulesOf(our).filter((rule) => !ownRule.test(String(rule)));
    assert.deepEqual(rules, rulesOf(node), `${kind} ${path} CEL`);
  }
  const extra = [...ourNodes.keys()].filter((path) => !originalNodes.has(path));
  const listed = added[kind] ?? [];
  for (const path of extra) {
    assert.ok(
      listed.some((prefix) => isBelow(path, prefix)),
      `${kind} ${path} is not in the list of additions`,
    );
  }
  for (const prefix of listed)
    assert.ok(
      extra.some((path) => isBelow(path, prefix)),
      `${kind} ${prefix} is not there`,
    );
}

function isBelow(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[]`);
}

function rulesOf(node: Node): readonly unknown[] {
  return ((node["x-kubernetes-validations"] ?? []) as Node[]).map(({ rule }) => rule);
}

/** Every node with its path: `spec.profile[].name`, `{}` for the values of a map. */
function* walk(node: Node, path: string): Generator<readonly [string, Node]> {
  yield [path, node];
  for (const [name, child] of Object.entries((node["properties"] ?? {}) as Record<string, Node>)) {
    yield* walk(child, path === "" ? name : `${path}.${name}`);
  }
  if (node["items"] !== undefined) yield* walk(node["items"] as Node, `${path}[]`);
  if (node["additionalProperties"] !== undefined) yield* walk(node["additionalProperties"] as Node, `${path}{}`);
}
