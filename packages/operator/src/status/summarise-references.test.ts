import type { ClusterDocument } from "@ptp/api";
import { resolve } from "@ptp/resolve";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { keyOf, keyText } from "../store/object-key.ts";
import { toSnapshot } from "../store/to-snapshot.ts";
import { summarise } from "./summarise.ts";

const sha256Hex = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** A PtpConfig with profiles by these names, which recommends one for node n. */
const config = (name: string, profiles: readonly string[], recommended: string): ClusterDocument => ({
  apiVersion: "ptp.openshift.io/v1",
  kind: "PtpConfig",
  metadata: { name, namespace: "openshift-ptp", generation: 1 },
  spec: {
    profile: profiles.map((profile) => ({ name: profile, interface: `eth-${profile}`, ptp4lOpts: "-2" })),
    recommend: [{ profile: recommended, priority: 1, match: [{ nodeName: "n" }] }],
  },
});

test("a profile that another object defines is found by its whole name, also beside one whose name ends like it", () => {
  const node: ClusterDocument = { apiVersion: "v1", kind: "Node", metadata: { name: "n" } };
  const objects = [node, config("a", ["my_oc"], "my_oc"), config("b", [], "oc"), config("c", ["oc"], "oc")];
  const resolution = resolve(toSnapshot(objects), sha256Hex);
  const profiles = [
    { name: "a_my_oc", outcome: "applied" as const },
    { name: "c_oc", outcome: "refused" as const, path: "interface", reason: "eth-oc does not exist" },
  ];
  const result = { revision: resolution.nodes.get("n")?.revision ?? "", profiles };
  const { entries } = summarise({
    state: { objects: new Map(objects.map((object) => [keyText(keyOf(object)), object])), problems: [] },
    resolution,
    factsOf: () => ({ connected: true, sinceUnixMs: 0, result }),
    previousOf: () => undefined,
    now: "T1",
  });
  const readyOf = (name: string) => {
    const entry = entries.find(({ key }) => key.kind === "PtpConfig" && key.name === name);
    return entry?.status.conditions?.find(({ type }) => type === "Ready")?.message;
  };
  assert.equal(readyOf("c"), "n refuses c_oc: interface: eth-oc does not exist");
  assert.equal(readyOf("b"), readyOf("c"));
});
