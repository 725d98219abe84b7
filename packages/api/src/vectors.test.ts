import assert from "node:assert/strict";
import { test } from "node:test";
import { admitPtpConfig } from "./admission/admit-ptp-config.ts";
import { admitPtpOperatorConfig } from "./admission/admit-ptp-operator-config.ts";
import type { SecretDocument } from "./documents/secret.ts";
import type { Finding } from "./findings/finding.ts";
import { kindSchemas } from "./gen/schemas.ts";
import type { ClockChain, PtpConfig, PtpOperatorConfig, SourceConfig } from "./gen/types.ts";
import { checkClockChain } from "./hardware/check-clock-chain.ts";
import { checkSource } from "./hardware/check-source.ts";
import { decodePinFunction, encodePinFunction } from "./hardware/pin-function.ts";
import { schemaAt } from "./testing/schema-at.ts";
import { readOperatorVectors, readSharedDocuments, skipWithoutShared } from "./testing/shared-files.ts";
import type { Vector } from "./testing/shared-files.ts";
import { withDefaults } from "./validate/apply-defaults.ts";
import { validateSchema } from "./validate/validate-schema.ts";

/** Vectors we answer differently on purpose. */
const deviations: Readonly<Record<string, string>> = {};

/** Operations other packages answer. A new operation in the file belongs into one of the two tables. */
const otherPackages: Readonly<Record<string, string>> = {
  nodeMatches: "resolve",
  selectProfileNames: "resolve",
  qualifyProfileName: "resolve",
  resolveProfileReference: "resolve",
  qualifyReferences: "resolve",
  nodeProfiles: "resolve",
  reconcilePtpConfigs: "resolve",
  matchList: "resolve",
  hardwareConfigStatus: "operator",
  parsePtp4lConf: "ptp",
  getInterfaces: "ptp",
  mergeForUpdate: "operator",
  isObjectSupported: "operator",
  syncSecurityVolumes: "operator",
  transportHost: "operator",
  enabledPlugins: "operator",
  kubeRbacProxyArgs: "operator",
  tlsProfileValues: "operator",
  tlsGroups: "operator",
  renderDaemon: "operator",
  parseTestMode: "e2e",
};

const operations: Readonly<Record<string, (vector: Vector) => void>> = {
  admitPtpConfig: ({ input, expect }) => {
    // A vector without secrets means that none exist; nothing is said about other PtpConfigs.
    const secrets = (input["secrets"] ?? []) as SecretDocument[];
    expectAllowed(admitPtpConfig(input["object"] as PtpConfig, { secrets }).errors, expect);
  },
  admitPtpOperatorConfig: ({ input, expect }) => {
    expectAllowed(admitPtpOperatorConfig(input["object"] as PtpOperatorConfig).errors, expect);
  },
  validateSource: ({ input, expect }) => {
    expectValid(checkSource(input["source"] as SourceConfig, "source"), expect);
  },
  validateClockChain: ({ input, expect }) => {
    expectValid(checkClockChain(input["clockChain"] as ClockChain, "clockChain"), expect);
  },
  validateClockChainFile: ({ input, expect }) => {
    const [document] = readSharedDocuments(String(input["file"]));
    let node = document;
    for (const step of String(input["path"]).split(".")) node = (node as Record<string, unknown>)[step];
    expectValid(checkClockChain(node as ClockChain, "clockChain"), expect);
  },
  decodePinFunction: ({ input, expect }) => {
    assert.equal(decodePinFunction(String(input["text"])), expect["error"] === true ? undefined : expect["value"]);
  },
  encodePinFunction: ({ input, expect }) => {
    assert.equal(encodePinFunction(Number(input["value"])), expect["text"]);
  },
  crdSchema: ({ input, expect }) => {
    const {
      apiVersion: _apiVersion,
      kind: _kind,
      metadata: _metadata,
      ...object
    } = input["object"] as Readonly<Record<string, unknown>>;
    const { rules: _rules, ...structure } = schemaOf(input["crd"]);
    expectValid(validateSchema(structure, object, "", { unknownFields: "ignore" }), expect);
  },
  crdCel: ({ input, expect }) => {
    const node = schemaAt(schemaOf(input["crd"]), String(input["path"]));
    expectValid(validateSchema(node, input["value"], ""), expect);
  },
  crdDefaulting: ({ input, expect }) => {
    const node = schemaAt(schemaOf(input["crd"]), String(input["path"]));
    assert.deepEqual(withDefaults(node, input["value"]), expect["value"]);
  },
};

test("operator vectors", { skip: skipWithoutShared }, async (t) => {
  const vectors = readOperatorVectors();
  await t.test("every operation has an owner, and every operation of this package has vectors", () => {
    const named = new Set(vectors.map(({ op }) => op));
    for (const op of named) assert.ok(op in operations !== op in otherPackages, `operation ${op} has no owner`);
    for (const op of Object.keys(operations)) assert.ok(named.has(op), `no vector for ${op}`);
  });
  for (const vector of vectors.filter(({ op }) => op in operations)) {
    const reason = deviations[vector.id];
    await t.test(`${vector.id} ${vector.op}${reason === undefined ? "" : ` deviates: ${reason}`}`, () => {
      const run = (): void => operations[vector.op]?.(vector);
      if (reason === undefined) run();
      else assert.throws(run, assert.AssertionError, "the deviation is gone: remove it from the table");
    });
  }
});

function schemaOf(plural: unknown) {
  const known = kindSchemas.find((candidate) => candidate.plural === plural);
  assert.ok(known, `no kind ${String(plural)}`);
  return known.schema;
}

function expectAllowed(errors: readonly Finding[], expect: Vector["expect"]): void {
  expectValid(errors, { valid: expect["allowed"], messageContains: expect["messageContains"] });
}

function expectValid(findings: readonly Finding[], expect: Readonly<Record<string, unknown>>): void {
  const messages = findings.map(({ message }) => message);
  assert.equal(findings.length === 0, expect["valid"], messages.join("\n"));
  const fragment = expect["messageContains"];
  if (typeof fragment === "string")
    assert.ok(
      messages.some((text) => text.includes(fragment)),
      messages.join("\n"),
    );
}
