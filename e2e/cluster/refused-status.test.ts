import type { PtpConfig } from "@ptp/api";
import assert from "node:assert/strict";
import { test } from "node:test";
import { openControlPlane } from "../../tools/kubernetes/testing/open-control-plane.ts";
import { until } from "../../tools/kubernetes/testing/until.ts";
import { openOperatorWorld } from "./testing/operator-world.ts";

const namespace = "openshift-ptp";
const admission = "admissionregistration.k8s.io/v1";

/** More than the writer has under way at a time, so that a pass could be made of them alone. */
const refused = Array.from({ length: 20 }, (_, at) => `refused-${at}`);
/** Listed after those. */
const others = Array.from({ length: 10 }, (_, at) => `well-${at}`);

const configOf = (name: string) => ({
  apiVersion: "ptp.openshift.io/v1",
  kind: "PtpConfig",
  metadata: { name, namespace },
  spec: { profile: [{ name: "oc", interface: "eth0", ptp4lOpts: "-2" }], recommend: [] },
});

/** A policy of the cluster that takes no status of some PtpConfigs, whoever writes it. */
const policy = [
  {
    apiVersion: admission,
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: "no-status" },
    spec: {
      matchConstraints: {
        resourceRules: [
          {
            apiGroups: ["ptp.openshift.io"],
            apiVersions: ["v1"],
            operations: ["UPDATE"],
            resources: ["ptpconfigs/status"],
          },
        ],
      },
      validations: [{ expression: "!object.metadata.name.startsWith('refused-')", message: "not this one" }],
    },
  },
  {
    apiVersion: admission,
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: "no-status" },
    spec: { policyName: "no-status", validationActions: ["Deny"] },
  },
];

test("statuses that the cluster refuses keep no others from being written", { timeout: 400_000 }, async (t) => {
  const plane = await openControlPlane(t, { controllerManager: false });
  if (plane === undefined) return;
  const world = await openOperatorWorld(t, plane);
  await plane.apply([...policy, ...refused.map(configOf)]);
  const path = `/apis/ptp.openshift.io/v1/namespaces/${namespace}/ptpconfigs`;
  const touched = { status: { matchList: [{ nodeName: "n", profile: "oc" }] } };
  // Refusals of other kinds, as of a server that has not read its policies yet, are none by this one.
  const patchStatus = () =>
    plane.api.request("PATCH", `${path}/refused-0/status`, touched, "application/merge-patch+json").then(
      () => false,
      (error: unknown) => String(error).includes("not this one"),
    );
  await until("the policy counts", patchStatus, 60_000);
  await plane.apply(others.map(configOf));
  world.start("a");
  const withStatus = async () => {
    const { items } = (await plane.api.request("GET", path)) as { readonly items: readonly PtpConfig[] };
    return items.flatMap(({ metadata, status }) => (status?.conditions === undefined ? [] : [metadata.name]));
  };
  await until("all others have a status", async () => (await withStatus()).length >= others.length, 120_000);
  assert.deepEqual((await withStatus()).toSorted(), others);
});
