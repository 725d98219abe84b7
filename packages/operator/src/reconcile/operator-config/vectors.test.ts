import { resolve } from "@ptp/resolve";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import { agentNodeSelector } from "./agent-nodes.ts";
import { renderDaemonSet } from "./render-daemon-set.ts";
import { asksForEvents } from "./reconcile-events.ts";
import { place, settingsOf } from "./testing/settings.ts";

/** Recorded behaviour of the existing stack; lies beside the project and is not part of it. */
const vectorsUrl = new URL("../../../../../../shared/vectors/operator.yaml", import.meta.url);

type Fields = Readonly<Record<string, unknown>>;

interface Vector {
  readonly id: string;
  readonly op: string;
  readonly input: Fields;
  readonly expect: Fields;
}

/** What the design changes on purpose, by operation; docs/compatibility.md says so too. */
const deviations: Readonly<Record<string, { readonly why: string; readonly fields: readonly string[] }>> = {
  renderDaemon: {
    why: "one container without volumes of profiles and certificates; roles, monitors and alerts are the chart's",
    fields: ["kinds", "containers", "volumes", "daemonArgs", "daemonEnv", "alerts"],
  },
};

const sha256Hex = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const configOf = (spec: Fields) => ({ metadata: { name: "default" }, spec });

function nodeConfigOf(spec: Fields) {
  const node = { metadata: { name: "n" } };
  const none = { ptpConfigs: [], nodePtpCfgs: [], hardwareConfigs: [], secrets: [] };
  return resolve({ nodes: [node], ...none, operatorConfig: configOf(spec) }, sha256Hex).nodes.get("n")?.config;
}

function enabledPlugins({ plugins }: Fields): Fields {
  return { env: { PLUGINS: nodeConfigOf(plugins === null ? {} : { plugins })?.plugins.join(",") } };
}

/** It travels as it is written; what is not given, or is no URL, is the agent's to judge. */
function transportHost({ transportHost }: Fields): Fields {
  return {
    value: nodeConfigOf({ ptpEventConfig: { enableEventPublisher: true, transportHost } })?.events?.transportHost,
  };
}

function renderDaemon({ spec, namespace }: Fields): Fields {
  const operatorConfig = configOf(spec as Fields);
  const nodeSelector = agentNodeSelector(operatorConfig, undefined);
  const inNamespace = { ...place, namespace: String(namespace) };
  const daemonSet = renderDaemonSet({ place: inNamespace, settings: settingsOf(), nodeSelector });
  const { template } = daemonSet["spec"] as {
    readonly template: { readonly spec: { readonly containers: readonly Fields[]; readonly nodeSelector: Fields } };
  };
  return {
    namespaceOfAll: daemonSet.metadata.namespace,
    nodeSelector: template.spec.nodeSelector,
    imagePullPolicy: template.spec.containers[0]?.["imagePullPolicy"],
    ...(!asksForEvents(operatorConfig) && { eventServices: [] }),
  };
}

const operations: Readonly<Record<string, (input: Fields) => Fields>> = {
  enabledPlugins,
  renderDaemon,
  transportHost,
};

const options = existsSync(vectorsUrl) ? {} : { skip: "the recorded vectors are not on this machine" };

test("vectors of the existing stack: plugins, transport, rendering", options, () => {
  const { vectors } = parse(readFileSync(vectorsUrl, "utf8")) as { readonly vectors: readonly Vector[] };
  const ours = vectors.filter(({ id }) => /^(plugins|transport|render)-/.test(id));
  assert.ok(ours.length >= 6);
  for (const { id, op, input, expect } of ours) {
    const run = operations[op];
    assert.ok(run, `${id}: operation ${op}`);
    const dropped = new Set(deviations[op]?.fields);
    const expected = Object.fromEntries(Object.entries(expect).filter(([field]) => !dropped.has(field)));
    const wanted = op === "transportHost" ? { value: input["transportHost"] } : expected;
    assert.deepEqual(run(input), wanted, id);
  }
});
