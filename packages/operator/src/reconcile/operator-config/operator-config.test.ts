import type { ClusterDocument } from "@ptp/api";
import { ApiError, type AnyObject, type ApiClient, type ApiRequest } from "@ptp/cluster";
import { silentLogger } from "@ptp/kit";
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { StoreState } from "../../store/store.ts";
import { toSnapshot } from "../../store/to-snapshot.ts";
import { judgeAgents } from "./agents-standing.ts";
import { createOperatorConfig } from "./operator-config.ts";
import { leastSettings } from "./testing/settings.ts";

const namespace = "openshift-ptp";
const operatorConfig: ClusterDocument = {
  apiVersion: "ptp.openshift.io/v1",
  kind: "PtpOperatorConfig",
  metadata: { name: "default", namespace, uid: "u" },
  spec: { daemonNodeSelector: {} },
};

/** Runs the reconciler of a cluster that holds `default`, over an API server that answers as given. */
async function reconcile(t: TestContext, answer: (request: ApiRequest) => Promise<unknown>) {
  const folder = await mkdtemp(join(tmpdir(), "operator-config-"));
  const settingsPath = join(folder, "agent.json");
  await writeFile(settingsPath, JSON.stringify(leastSettings));
  const objects = new Map([["PtpOperatorConfig/openshift-ptp/default", operatorConfig]]);
  const state: StoreState = { snapshot: toSnapshot([operatorConfig], namespace), objects, problems: [] };
  const client: ApiClient = {
    request: answer,
    // A watch that tells nothing.
    stream: async function* ({ signal }) {
      await new Promise((resolve) => signal?.addEventListener("abort", resolve, { once: true }));
      yield* [];
    },
    close: () => Promise.resolve(),
  };
  const reconciler = createOperatorConfig({
    client,
    log: silentLogger,
    store: {
      state: () => state,
      synced: () => true,
      has: () => true,
      subscribe: () => () => {},
      nodeAddresses: () => [],
    },
    election: undefined,
    namespace,
    operatorName: "ptp-operator",
    settingsPath,
    changed: () => {},
  });
  await reconciler.start(new AbortController().signal);
  t.after(async () => {
    await reconciler.stop();
    await rm(folder, { recursive: true });
  });
  return reconciler;
}

async function until(holds: () => boolean): Promise<void> {
  for (let count = 0; count < 3_000 && !holds(); count += 1) await delay(10);
  assert.ok(holds());
}

test("before anything was compared nothing is said of the agents: what was told of them stands", async (t) => {
  const reconciler = await reconcile(
    t,
    ({ signal }) =>
      new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new Error("stopped")), { once: true })),
  );
  assert.deepEqual(judgeAgents(reconciler.standing()), { aspects: [], isUnknown: true });
});

test("agents' objects that cannot be read are told with the remedy, and never look as if all were well", async (t) => {
  const message = "cannot list daemonsets.apps: forbidden; bind a Role with the rule";
  const reconciler = await reconcile(t, ({ path }) =>
    path.endsWith("/daemonsets")
      ? Promise.reject(new ApiError("invalid", message, { status: 403 }))
      : Promise.resolve({ metadata: { resourceVersion: "1" }, items: [] }),
  );
  await until(() => reconciler.standing().kind === "failing");
  const { aspects, pending } = judgeAgents(reconciler.standing());
  assert.deepEqual(
    aspects.map(({ type, status }) => [type, status]),
    [["AgentsAvailable", "False"]],
  );
  assert.equal(pending?.message, message);
});

test("when the DaemonSet was applied it is being made", async (t) => {
  let applied: AnyObject | undefined;
  const reconciler = await reconcile(t, async ({ method, body }) => {
    if (method !== "PATCH") return { metadata: { resourceVersion: "1" }, items: [] };
    applied = body as AnyObject;
    return applied;
  });
  await until(() => reconciler.standing().kind === "made");
  const owner = { apiVersion: "ptp.openshift.io/v1", kind: "PtpOperatorConfig", name: "default", uid: "u" };
  // To delay the deletion of its owner would need a permission that the operator does not have.
  assert.deepEqual(applied?.metadata.ownerReferences, [{ ...owner, controller: true }]);
  assert.equal(judgeAgents(reconciler.standing()).pending?.message, "the agents' DaemonSet is being made");
});

test("what was refused is tried again now and then: what the user changed may be seen by nobody here", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  let refused = 0;
  const reconciler = await reconcile(t, ({ method, body }) => {
    if (method !== "PATCH") return Promise.resolve({ metadata: { resourceVersion: "1" }, items: [] });
    refused += 1;
    const error = new ApiError("invalid", "denied by a policy of the cluster", { status: 422 });
    return refused < 3 ? Promise.reject(error) : Promise.resolve(body);
  });
  await until(() => reconciler.standing().kind === "blocked");
  for (const count of [1, 2, 3]) {
    await until(() => refused === count);
    t.mock.timers.tick(60_000);
  }
  await until(() => reconciler.standing().kind === "made");
});
