import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { dirname } from "node:path";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { programPath } from "../kubernetes/binaries/programs.ts";
import type { ControlPlane } from "../kubernetes/control-plane/control-plane.ts";
import { openControlPlane } from "../kubernetes/testing/open-control-plane.ts";
import { chartDir } from "./chart-files.ts";
import { renderChart, type Manifest, type Values } from "./helm.ts";

const namespace = "openshift-ptp";
const chart = ["ptp-operator", chartDir, "--namespace", namespace, "--values=-"];
const meta = (name: string, more: object = {}) => ({ name, namespace, ...more });
const isCrd = ({ kind }: Manifest) => kind === "CustomResourceDefinition";
const foreignCrds = renderChart({ values: { crds: { keep: false } } }).filter(isCrd);

const podTemplate = (labels: object) => ({ metadata: { labels }, spec: { containers: [{ name: "c", image: "c" }] } });
const workload = (labels: object) => ({ selector: { matchLabels: labels }, template: podTemplate(labels) });

const foreign = {
  daemon: { apiVersion: "apps/v1", kind: "DaemonSet", metadata: meta("linuxptp-daemon"), spec: workload({ app: "d" }) },
  operator: {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: meta("ptp-operator"),
    spec: workload({ name: "ptp-operator" }),
  },
  webhook: {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: "ptpconfig-validating-webhook-configuration" },
    webhooks: [
      {
        name: "vptpconfig.kb.io",
        clientConfig: { service: { name: "webhook-service", namespace } },
        rules: [
          { apiGroups: ["ptp.openshift.io"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["ptpconfigs"] },
        ],
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
      },
    ],
  },
  lease: (renewTime: Date) => ({
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: meta("ptp.openshift.io"),
    spec: {
      holderIdentity: "ptp-operator-1_x",
      leaseDurationSeconds: 137,
      renewTime: renewTime.toISOString().replace("Z", "000Z"),
    },
  }),
};

/** Only what no test wants to wait for: nothing runs here. */
const install = (plane: ControlPlane, values: Values = {}, flags: readonly string[] = []) =>
  plane.helm(["install", ...flags, ...chart], { stdin: JSON.stringify({ uninstall: { enabled: false }, ...values }) });

async function openCluster(t: TestContext): Promise<ControlPlane | undefined> {
  const plane = await openControlPlane(t, { controllerManager: false });
  await plane?.apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }]);
  return plane;
}

async function refusal(plane: ControlPlane, values: Values = {}): Promise<string> {
  const error = await install(plane, values).then(
    () => assert.fail("it was installed"),
    (error: Error) => error,
  );
  assert.match(error.message, /somebody else owns PTP in this cluster already/);
  return error.message;
}

/** Runs the commands a refusal names, as a person would paste them. */
async function obey(plane: ControlPlane, message: string): Promise<void> {
  const commands = message.split("\n").filter((line) => /^ +kubectl /.test(line));
  assert.ok(commands.length > 0, message);
  const env = {
    ...process.env,
    ...plane.environment,
    PATH: `${dirname(programPath("kubectl"))}:${process.env["PATH"]}`,
  };
  await promisify(execFile)("sh", ["-ec", commands.join("\n")], { env });
}

test("another owner is refused with the commands that settle it, and they do", { timeout: 130_000 }, async (t) => {
  const plane = await openCluster(t);
  if (plane === undefined) return;
  await plane.apply([...foreignCrds, foreign.daemon, foreign.operator, foreign.webhook]);
  const message = await refusal(plane);
  for (const { metadata } of foreignCrds) assert.ok(message.includes(metadata.name), metadata.name);
  assert.match(message, /DaemonSet openshift-ptp\/linuxptp-daemon of another operator/);
  assert.match(message, /Deployment openshift-ptp\/ptp-operator is another PTP operator/);
  assert.match(message, /ValidatingWebhookConfiguration ptpconfig-validating-webhook-configuration/);
  assert.equal(await plane.kubectl(["get", "serviceaccount", "-n", namespace, "-o", "name"]), "", "nothing was made");
  await obey(plane, message);
  assert.match(await install(plane), /STATUS: deployed/);
  const upgrade = ["upgrade", ...chart];
  assert.match(await plane.helm(upgrade, { stdin: "{}" }), /STATUS: deployed/, "its own objects are no other owner");
});

test("a Lease that is renewed means another operator; an old one means nothing", { timeout: 90_000 }, async (t) => {
  const plane = await openCluster(t);
  if (plane === undefined) return;
  await plane.apply([foreign.lease(new Date(Date.now() - 20_000))]);
  assert.match(await refusal(plane), /held by ptp-operator-1_x, renewed [2-9]\d s ago/);
  const old = new Date(Date.now() - 200_000);
  await plane.apply([foreign.lease(old)]);
  assert.match(await install(plane), /STATUS: deployed/);
});

test("definitions are taken over when told, with all objects as they are", { timeout: 90_000 }, async (t) => {
  const plane = await openCluster(t);
  if (plane === undefined) return;
  await plane.apply(foreignCrds);
  const config = {
    apiVersion: "ptp.openshift.io/v1",
    kind: "PtpConfig",
    metadata: meta("oc"),
    spec: { profile: [{ name: "oc" }], recommend: [{ profile: "oc", priority: 1 }] },
  };
  await plane.kubectl(["wait", "--for=condition=Established", "--timeout=50s", "crd/ptpconfigs.ptp.openshift.io"]);
  await plane.apply([config]);
  await refusal(plane);
  await assert.rejects(install(plane, { crds: { adopt: true } }), /exists and cannot be imported/);
  await install(plane, { crds: { adopt: true } }, ["--take-ownership"]);
  assert.equal(
    await plane.kubectl(["get", "ptpconfig", "-n", namespace, "-o", "name"]),
    "ptpconfig.ptp.openshift.io/oc\n",
  );
});

test(
  "a migration takes place beside the existing daemon; switched off, nothing is asked",
  { timeout: 90_000 },
  async (t) => {
    const plane = await openCluster(t);
    if (plane === undefined) return;
    await plane.apply([foreign.daemon, foreign.webhook]);
    const message = await refusal(plane, { migration: { enabled: true } });
    assert.doesNotMatch(message, /DaemonSet/);
    assert.match(await install(plane, { preflight: { enabled: false } }), /STATUS: deployed/);
  },
);
