import assert from "node:assert/strict";
import { test } from "node:test";
import { readCommandLine } from "../../packages/agent/src/agent-options.ts";
import { agentContainer } from "../../packages/operator/src/reconcile/operator-config/agent-container.ts";
import { parseAgentSettings } from "../../packages/operator/src/reconcile/operator-config/agent-settings.ts";
import { helmMissing, manifestOf, renderChart, type Values } from "./helm.ts";

const options = helmMissing === undefined ? {} : { skip: helmMissing };

/** What an agent makes of values, on their whole way: chart, operator, command line. */
function agentOf(values: Values) {
  const { data } = manifestOf(renderChart({ values }), "ConfigMap") as unknown as { data: { "agent.json": string } };
  const { args } = agentContainer("ptp-operator", parseAgentSettings(data["agent.json"]));
  const command = readCommandLine(args as readonly string[], { NODE_NAME: "n" });
  assert.equal(command.kind, "run", JSON.stringify(command));
  return { settings: JSON.parse(data["agent.json"]) as object, ...(command.kind === "run" && command.options) };
}

test("by default metrics and events are what consumers of the existing stack know", options, () => {
  const { metricsTls, events, settings } = agentOf({});
  assert.equal(metricsTls, undefined);
  assert.deepEqual([events?.tls, events?.ownMutations, events?.allowedNetworks], [undefined, false, []]);
  assert.ok(!("metrics" in settings) && !("events" in settings), "an older operator would refuse them by name");
});

test("values that an older release does not have, as with --reuse-values, are as if they were default", options, () => {
  const older = { metrics: null, events: null, update: null, privileged: null, ports: null };
  const { settings: _asWritten, ...agent } = agentOf({ agent: older });
  const { settings: _default, ...standard } = agentOf({});
  assert.deepEqual(agent, standard);
});

test("values of HTTPS and events arrive at the agent", options, () => {
  const tls = { secretName: "s", clientCaConfigMap: "ca" };
  const tokens = { tokens: true, tokenSubjects: ["system:serviceaccount:vdu:app", "system:serviceaccount:time:*"] };
  const allowNetworks = ["10.0.0.0/8", "fd00::/8"];
  const events = { tls, ownMutations: true, allowNetworks, consumerCaConfigMap: "c", ...tokens };
  const agent = agentOf({ agent: { metrics: { tls }, events } });
  const files = (what: string) => ({
    certPath: `/etc/ptp-agent/${what}-tls/tls.crt`,
    keyPath: `/etc/ptp-agent/${what}-tls/tls.key`,
    clientCaPath: `/etc/ptp-agent/${what}-tls-client-ca/ca.crt`,
  });
  assert.deepEqual(agent.metricsTls, files("metrics"));
  assert.deepEqual(agent.events?.tls, files("event"));
  assert.deepEqual([agent.events?.ownMutations, agent.events?.allowedNetworks], [true, events.allowNetworks]);
  assert.deepEqual(agent.events?.tokens, { subjects: tokens.tokenSubjects });
  assert.equal(agent.events?.consumerCaPath, "/etc/ptp-agent/event-consumer-ca/ca.crt");
});
