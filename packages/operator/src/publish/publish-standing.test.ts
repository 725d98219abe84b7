import assert from "node:assert/strict";
import { test } from "node:test";
import { draft, withSummary } from "../status/condition-draft.ts";
import { withPublishing, type PublishStanding } from "./publish-standing.ts";

const agents = { aspects: [draft("AgentsAvailable", "True", "Succeeded")] };

/** The conditions of a PtpOperatorConfig with this standing: type, status, reason. */
function conditions(standing: PublishStanding | undefined): readonly string[] {
  const summary = withSummary({ kind: "PtpOperatorConfig", ...withPublishing(agents, standing) });
  return summary.map(({ type, status, reason }) => `${type} ${status} ${reason}`);
}

test("where no ConfigMap is wanted, or another replica leads, there is no condition", () => {
  assert.equal(withPublishing(agents, undefined), agents);
});

test("a published ConfigMap is well, one that is under way is worked on, one that is too large waits for the user", () => {
  assert.deepEqual(conditions({ kind: "published", nodes: 3 }), [
    "Ready True Succeeded",
    "AgentsAvailable True Succeeded",
    "ProfilesPublished True Succeeded",
  ]);
  assert.deepEqual(conditions({ kind: "pending", message: "m" }), [
    "Ready False Progressing",
    "Reconciling True Progressing",
    "AgentsAvailable True Succeeded",
    "ProfilesPublished False Progressing",
  ]);
  assert.deepEqual(conditions({ kind: "oversized", reason: "r" }), [
    "Ready False ProfilesTooLarge",
    "Stalled True ProfilesTooLarge",
    "AgentsAvailable True Succeeded",
    "ProfilesPublished False ProfilesTooLarge",
  ]);
});
