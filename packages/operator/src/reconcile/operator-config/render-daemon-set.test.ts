import assert from "node:assert/strict";
import { test } from "node:test";
import { agentCapabilities } from "@ptp/node";
import { renderDaemonSet } from "./render-daemon-set.ts";
import { place, settingsOf } from "./testing/settings.ts";

interface Rendered {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly updateStrategy: object;
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>>; readonly annotations?: object };
      readonly spec: {
        readonly containers: readonly [Readonly<Record<string, unknown>>];
        readonly volumes: readonly { readonly name: string }[];
        readonly [field: string]: unknown;
      };
    };
  };
}

const render = (change: object = {}) =>
  renderDaemonSet({ place, settings: settingsOf(change), nodeSelector: { a: "b" } }) as unknown as Rendered;

test("renderDaemonSet: what users of the existing stack know", () => {
  const { metadata, spec } = render();
  assert.equal(metadata.name, "linuxptp-daemon");
  const { labels } = spec.template.metadata;
  assert.deepEqual([labels["app"], labels["role"]], ["linuxptp-daemon", "ptp"]);
  const { hostNetwork, nodeSelector, tolerations, serviceAccountName, dnsPolicy, containers } = spec.template.spec;
  assert.deepEqual(
    { hostNetwork, nodeSelector, tolerations, serviceAccountName, dnsPolicy, name: containers[0]["name"] },
    {
      hostNetwork: true,
      nodeSelector: { a: "b" },
      tolerations: [{ operator: "Exists" }],
      serviceAccountName: "linuxptp-daemon",
      dnsPolicy: "ClusterFirstWithHostNet",
      name: "linuxptp-daemon-container",
    },
  );
});

test("renderDaemonSet: its selector finds its own pods, not those the existing operator left", () => {
  const { selector, template, updateStrategy } = render({ podLabels: { mine: "x" } }).spec;
  for (const [name, value] of Object.entries(selector.matchLabels)) {
    assert.equal(template.metadata.labels[name], value);
  }
  assert.equal(selector.matchLabels["app.kubernetes.io/instance"], "ptp-operator");
  assert.equal(template.metadata.labels["mine"], "x");
  assert.deepEqual(updateStrategy, { type: "OnDelete" });
});

test("renderDaemonSet: privileged for hardware clocks, or exactly what software timestamping needs", () => {
  const of = (privileged: boolean) => {
    const { containers, volumes } = render({ privileged }).spec.template.spec;
    return { context: containers[0]["securityContext"], hasDev: volumes.some(({ name }) => name === "dev") };
  };
  const root = { readOnlyRootFilesystem: true, runAsNonRoot: false, runAsUser: 0 };
  assert.deepEqual(of(true), { context: { ...root, privileged: true }, hasDev: true });
  assert.deepEqual(of(false), {
    context: {
      ...root,
      privileged: false,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"], add: agentCapabilities },
      seccompProfile: { type: "RuntimeDefault" },
    },
    hasDev: false,
  });
});

test("renderDaemonSet: every volume is mounted, every mount has a volume", () => {
  const { containers, volumes } = render().spec.template.spec;
  const mounts = containers[0]["volumeMounts"] as readonly { name: string; mountPath: string }[];
  assert.deepEqual(
    mounts.map(({ name }) => name),
    volumes.map(({ name }) => name),
  );
  assert.equal(new Set(mounts.map(({ mountPath }) => mountPath)).size, mounts.length);
});
