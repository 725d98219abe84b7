import assert from "node:assert/strict";
import { test } from "node:test";
import { readDocuments, type ClusterDocument, type Condition } from "@ptp/api";
import { silentLogger } from "@ptp/kit";
import { createOwnMatchWriter } from "../../packages/operator/src/only-node/own-match-writer.ts";
import { installCrds } from "../../tools/kubernetes/crds/custom-resources.ts";
import { openControlPlane } from "../../tools/kubernetes/testing/open-control-plane.ts";
import { until } from "../../tools/kubernetes/testing/until.ts";
import { connect } from "./testing/connect.ts";

const path = "/apis/ptp.openshift.io/v1/namespaces/openshift-ptp/ptpconfigs";
const nodeNames = Array.from({ length: 12 }, (_, index) => `n${index + 10}`);
const foreign = { nodeName: "served-by-others", profile: "kept" };

interface Seen {
  readonly status?: {
    readonly matchList?: readonly { readonly nodeName: string; readonly profile: string }[];
    readonly conditions?: readonly Condition[];
  };
}

test("twelve nodes that write one match list at once lose no entry and no field", { timeout: 300_000 }, async (t) => {
  const plane = await openControlPlane(t, { controllerManager: false });
  if (plane === undefined) return;
  await installCrds(plane);
  await plane.apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name: "openshift-ptp" } }]);
  const metadata = { name: "c", namespace: "openshift-ptp" };
  const config = {
    apiVersion: "ptp.openshift.io/v1",
    kind: "PtpConfig",
    metadata,
    spec: { profile: [], recommend: [] },
  };
  const created = (await plane.api.request("POST", path, config)) as object;
  const lastTransitionTime = "2026-01-01T00:00:00Z";
  const condition = { type: "Ready", status: "True", reason: "Succeeded", message: "kept", lastTransitionTime };
  const status = { matchList: [foreign], conditions: [condition] };
  await plane.api.request("PUT", `${path}/c/status`, { ...created, status });
  const [reading] = readDocuments(config);
  assert.ok(reading?.type === "document");
  const document: ClusterDocument = reading.document;
  let profiles: readonly string[] = [];
  let conflicts = 0;
  const client = connect(t, plane.adminKubeconfig);
  const counted: typeof client.request = async (request) => {
    try {
      return await client.request(request);
    } catch (error) {
      conflicts++;
      throw error;
    }
  };
  const seen = async (): Promise<Seen> => (await plane.api.request("GET", `${path}/c`)) as Seen;
  let told: Seen = {};
  const writers = nodeNames.map((nodeName) => {
    const own = () => profiles.map((profile) => ({ nodeName, profile }));
    const last = () => ({
      state: { objects: new Map([["c", document]]) },
      resolution: { status: new Map([["PtpConfig/openshift-ptp/c", { matchList: own(), conditions: [] }]]) },
    });
    const store = { statusOf: () => told.status };
    const failed = () => assert.fail("a conflict is no failure");
    const rest = { last, store, failed, random: Math.random, log: silentLogger };
    return createOwnMatchWriter({ nodeName, client: { request: counted }, ...rest });
  });
  for (const writer of writers) await writer.start(new AbortController().signal);
  t.after(() => Promise.all(writers.map((writer) => writer.stop())));
  for (const wanted of [["p"], ["p", "q"], [], ["q"]]) {
    profiles = wanted;
    told = await seen();
    for (const writer of writers) writer.touch();
    const all = nodeNames.flatMap((nodeName) => wanted.map((profile) => `${nodeName}/${profile}`));
    await until(
      `every node tells ${wanted.join() || "nothing"}`,
      async () => {
        const list = (await seen()).status?.matchList ?? [];
        const others = list.filter(({ nodeName }) => nodeName !== foreign.nodeName);
        return (
          others
            .map(({ nodeName, profile }) => `${nodeName}/${profile}`)
            .toSorted()
            .join() === all.join()
        );
      },
      60_000,
    );
    const { matchList = [], conditions } = (await seen()).status ?? {};
    assert.deepEqual(
      matchList.filter(({ nodeName }) => nodeName === foreign.nodeName),
      [foreign],
    );
    assert.equal(conditions?.[0]?.message, "kept");
  }
  assert.ok(conflicts > 0, "they met");
});
