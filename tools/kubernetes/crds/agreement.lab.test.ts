import { toText, validateObject } from "@ptp/api";
import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApiClient } from "../control-plane/control-plane.ts";
import { openControlPlane } from "../testing/open-control-plane.ts";
import { readSamples, samplesMissing, type SampleResource } from "../testing/shared-samples.ts";
import { changed, type Change } from "./change.ts";
import { collectionPath, installCrds, post } from "./custom-resources.ts";
import { writtenResources } from "./written-resources.ts";

// Not here, since we refuse them on purpose: halves of surrogate pairs, and whole numbers beyond 2^53.
const scalars: readonly unknown[] = [
  null,
  true,
  false,
  "",
  "x",
  "é\u{1f552}",
  "SCHED_FIFO",
  "gnss",
  "2026-01-01T00:00:00Z",
];
const numbers: readonly unknown[] = [0, -1, 1, 1.5, 65, 66, 86_400, 86_401, 1e20];
const structures: readonly unknown[] = [{}, [], [null], [""], [[]], { a: null }, { a: "b" }, { "": "" }];

const change: fc.Arbitrary<Change> = fc.record({
  place: fc.nat(10_000),
  how: fc.constantFrom("replace", "remove", "add"),
  value: fc.constantFrom(...scalars, ...numbers, ...structures),
});

test("validateObject refuses what the API server refuses, and nothing else", async (t) => {
  const plane = await openControlPlane(t, { controllerManager: false });
  if (plane === undefined) return;
  await installCrds(plane);
  const samples = samplesMissing() === undefined ? readSamples().map(({ resource }) => resource) : [];
  const property = fc.asyncProperty(
    fc.constantFrom(...writtenResources, ...samples),
    fc.array(change, { maxLength: 3 }),
    (resource, changes) => agree(plane.api, resource, changes),
  );
  await fc.assert(property, { numRuns: 600 });
});

async function agree(api: ApiClient, base: SampleResource, changes: readonly Change[]): Promise<void> {
  const spec: unknown = changes.reduce<unknown>(changed, base.spec);
  const resource = { ...base, metadata: { name: base.metadata.name }, spec };
  const path = collectionPath(base.apiVersion, base.kind, "default");
  const verdict = await post(api, `${path}?dryRun=All&fieldValidation=Strict`, resource);
  const findings = validateObject(resource).map(toText);
  const told = verdict.accepted ? "accepted" : verdict.message;
  assert.equal(findings.length === 0, verdict.accepted, `we: ${findings.join("; ") || "valid"}\nAPI server: ${told}`);
}
