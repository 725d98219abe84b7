import assert from "node:assert/strict";
import { test } from "node:test";
import { agentCapabilities } from "@ptp/node";
import { renderDaemonSet } from "./render-daemon-set.ts";
import { templateLabel } from "../rollout/template-label.ts";
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
        readonly volumes: readonly Volume[];
        readonly [field: string]: unknown;
      };
    };
  };
}

interface Volume {
  readonly name: string;
  readonly secret?: { readonly optional?: boolean };
  readonly configMap?: { readonly optional?: boolean };
}

interface Container {
  readonly args: readonly string[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
}

const render = (change: object = {}, nodeSelector: Readonly<Record<string, string>> = { a: "b" }) =>
  renderDaemonSet({ place, settings: settingsOf(change), nodeSelector }) as unknown as Rendered;

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

const secured = {
  metrics: { tls: { secretName: "m", clientCaConfigMap: "mc" } },
  events: {
    tls: { secretName: "e", clientCaConfigMap: "ec" },
    ownMutations: true,
    tokens: true,
    tokenSubjects: ["system:serviceaccount:vdu:*"],
    allowNetworks: ["10.0.0.0/8", "fd00::/8"],
    consumerCaConfigMap: "cc",
  },
};

test("renderDaemonSet: flags of HTTPS and events name files of volumes that are there", () => {
  const { containers, volumes } = render(secured).spec.template.spec;
  const [{ args: before }] = render().spec.template.spec.containers;
  const { args, volumeMounts, ports } = containers[0] as unknown as Container;
  const added = args.filter((arg) => !(before as readonly string[]).includes(arg));
  assert.deepEqual(added, [
    "--metrics-tls-cert=/etc/ptp-agent/metrics-tls/tls.crt",
    "--metrics-tls-key=/etc/ptp-agent/metrics-tls/tls.key",
    "--metrics-tls-client-ca=/etc/ptp-agent/metrics-tls-client-ca/ca.crt",
    "--event-tls-cert=/etc/ptp-agent/event-tls/tls.crt",
    "--event-tls-key=/etc/ptp-agent/event-tls/tls.key",
    "--event-tls-client-ca=/etc/ptp-agent/event-tls-client-ca/ca.crt",
    "--event-consumer-ca=/etc/ptp-agent/event-consumer-ca/ca.crt",
    "--event-own-mutations",
    "--event-tokens",
    "--event-token-subjects=system:serviceaccount:vdu:*",
    "--event-allow-networks=10.0.0.0/8,fd00::/8",
  ]);
  for (const [, folder] of added.flatMap((arg) => [...arg.matchAll(/=(\/.*)\//g)])) {
    const mount = volumeMounts.find(({ mountPath }) => mountPath === folder);
    assert.ok(mount?.readOnly, folder);
    const { secret, configMap } = volumes.find(({ name }) => name === mount.name) ?? {};
    assert.ok((secret ?? configMap)?.optional, "without it the node keeps time");
  }
  assert.deepEqual(
    volumes.flatMap(({ secret }) => secret ?? []),
    [
      { secretName: "m", defaultMode: 0o400, optional: true },
      // Read by the user of the events process.
      { secretName: "e", defaultMode: 0o444, optional: true },
    ],
  );
  assert.deepEqual(
    ports.map(({ name, containerPort }) => [name, containerPort]),
    [
      ["metrics", 9091],
      ["events", 9043],
    ],
  );
});

test("renderDaemonSet: settings of an older chart, and empty ones, leave the template as it was", () => {
  const [template, ...others] = [{}, { metrics: null, events: null }, { metrics: { tls: { secretName: "" } } }].map(
    (change) => render(change).spec.template,
  );
  for (const other of others) assert.deepEqual(other, template);
  const text = JSON.stringify(template);
  assert.doesNotMatch(text, /tls|event|secret"/);
});

test("renderDaemonSet: other nodes are no reason to replace the agents that stay", () => {
  const hashOf = (rendered: Rendered) => rendered.spec.template.metadata.labels[templateLabel];
  const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } };
  const selecting = render({ affinity: { nodeAffinity } }, { c: "d" });
  assert.deepEqual(selecting.spec.template.spec["nodeSelector"], { c: "d" });
  assert.deepEqual(selecting.spec.template.spec["affinity"], { nodeAffinity });
  assert.equal(hashOf(selecting), hashOf(render()));
  assert.notEqual(hashOf(render({ image: "other:1" })), hashOf(render()));
});

test("renderDaemonSet: every volume is mounted, every mount has a volume", () => {
  const { containers, volumes } = render(secured).spec.template.spec;
  const mounts = containers[0]["volumeMounts"] as readonly { name: string; mountPath: string }[];
  assert.deepEqual(
    mounts.map(({ name }) => name),
    volumes.map(({ name }) => name),
  );
  assert.equal(new Set(mounts.map(({ mountPath }) => mountPath)).size, mounts.length);
});
