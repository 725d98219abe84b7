import type { ClusterDocument } from "@ptp/api";
import { fromProfileJson, type JsonValue } from "@ptp/node";
import { resolve } from "@ptp/resolve";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { toSnapshot } from "../store/to-snapshot.ts";
import { maxConfigMapBytes, profilesConfigMap } from "./profiles-config-map.ts";

const sha256Hex = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const node = (name: string): ClusterDocument => ({ apiVersion: "v1", kind: "Node", metadata: { name } });
const ptpConfig = (ptp4lConf: string): ClusterDocument => ({
  apiVersion: "ptp.openshift.io/v1",
  kind: "PtpConfig",
  metadata: { name: "c", namespace: "openshift-ptp" },
  spec: {
    profile: [
      { name: "weak", interface: "eth1" },
      {
        name: "oc",
        interface: "eth0",
        ptp4lOpts: "-2 -s",
        phc2sysOpts: "",
        ptp4lConf,
        ptpClockThreshold: { holdOverTimeout: 5, maxOffsetThreshold: 0, minOffsetThreshold: -100 },
        ptpSettings: { logReduce: "true" },
      },
    ],
    recommend: [
      { profile: "weak", priority: 9, match: [{ nodeName: "n1" }] },
      { profile: "oc", priority: 1, match: [{ nodeName: "n1" }] },
    ],
  },
});
const resolution = (...objects: readonly ClusterDocument[]) => resolve(toSnapshot(objects), sha256Hex);

test("each node has its list, in the words of the custom resource", () => {
  const map = profilesConfigMap(resolution(node("n1"), node("n2"), ptpConfig("[global]\ndomainNumber 24\n")));
  assert.ok(map.fits);
  assert.deepEqual(Object.keys(map.data), ["n1", "n2"]);
  assert.equal(map.data["n2"], "[]");
  const [profile, ...others] = JSON.parse(map.data["n1"] ?? "") as readonly Record<string, unknown>[];
  assert.deepEqual(others, []);
  assert.deepEqual(profile, {
    name: "c_oc",
    interface: "eth0",
    ptp4lOpts: "-2 -s",
    phc2sysOpts: "",
    ptp4lConf: "[global]\ndomainNumber 24\n",
    ptpClockThreshold: { holdOverTimeout: 5, maxOffsetThreshold: 0, minOffsetThreshold: -100 },
    ptpSettings: { logReduce: "true" },
  });
});

test("an agent that reads the file gets what it would get by session", () => {
  const resolved = resolution(node("n1"), node("n2"), ptpConfig("[global]\n"));
  const map = profilesConfigMap(resolved);
  assert.ok(map.fits);
  for (const [nodeName, { config: issued }] of resolved.nodes) {
    const read = fromProfileJson(JSON.parse(map.data[nodeName] ?? "") as JsonValue);
    assert.deepEqual(read, { profiles: issued.profiles, refused: [] });
  }
});

test("what no ConfigMap holds is not published, and says so", () => {
  const profiles = [{ name: "c_oc", ptp4lConf: "#".repeat(maxConfigMapBytes) }];
  const config = { nodeName: "n1", profiles, hardware: [], plugins: [], secrets: [] };
  const map = profilesConfigMap({ nodes: new Map([["n1", { config, revision: "", explanation: [], conflicts: [] }]]) });
  assert.ok(!map.fits);
  assert.match(
    map.reason,
    /the profiles of 1 nodes are 10\d+ bytes, a ConfigMap holds 1048576; .* move nodes to agents/,
  );
});
