import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readEventVectors, type VectorStep } from "./testing/event-vectors.ts";
import { byText, playEventVector } from "./testing/play-event-vector.ts";
import { replayDeviations } from "./testing/replay-deviations.ts";

const vectors = readEventVectors();

test("vectors of the events producer are here", (t) => {
  if (vectors === undefined) return t.skip("no ../shared/vectors beside this checkout");
  assert.ok(vectors.cases.length >= 35);
  const known = new Set(vectors.cases.map(({ id }) => id));
  assert.deepEqual(
    Object.keys(replayDeviations).filter((id) => !known.has(id)),
    [],
    "deviations are of vectors that exist",
  );
  const page = readFileSync(new URL("../../docs/compatibility.md", import.meta.url), "utf8");
  const [, listed = ""] = page.split("### Vectors of events through the agent");
  for (const id of Object.keys(replayDeviations)) assert.match(listed, new RegExp(`\\b${id}\\b`), "users are told");
});

for (const vector of vectors?.cases ?? []) {
  test(`vector ${vector.id}: ${vector.title}`, { timeout: 90_000 }, async (t) => {
    if (vectors === undefined) return;
    const deviation = replayDeviations[vector.id];
    const steps = vector.steps.map((step, at) => ({ ...step, ...deviation?.steps[at] }));
    const seen = await playEventVector(t, vectors, { ...vector, steps });
    for (const [at, each] of seen.entries()) {
      const step = steps[at] ?? {};
      for (const [key, value] of Object.entries(each)) {
        assert.deepEqual(value, wantedOf(key, step), `${vector.id} step ${at}: ${key} of ${JSON.stringify(step)}`);
      }
    }
  });
}

/** As what is seen is written. */
function wantedOf(key: string, step: VectorStep): unknown {
  const found = new Map<string, unknown>(Object.entries(step)).get(key);
  if (key === "headers") {
    return Object.fromEntries(Object.entries(step.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  }
  if (key !== "current_unordered") return found;
  const values = Object.entries(step.current_unordered ?? {});
  return Object.fromEntries(values.map(([resource, each]) => [resource, each.toSorted(byText)]));
}
