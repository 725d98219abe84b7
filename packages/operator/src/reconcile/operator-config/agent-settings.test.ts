import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAgentSettings } from "./agent-settings.ts";
import { leastSettings } from "./testing/settings.ts";

const parse = (change: object) => parseAgentSettings(JSON.stringify({ ...leastSettings, ...change }));

test("parseAgentSettings: what is left out has a default", () => {
  assert.deepEqual(parse({}), {
    ...leastSettings,
    daemonSetName: "linuxptp-daemon",
    imagePullPolicy: "IfNotPresent",
    imagePullSecrets: [],
    logLevel: "info",
    resources: {},
    priorityClassName: "",
    tolerations: [{ operator: "Exists" }],
    podAnnotations: {},
    podLabels: {},
    update: { maxUnavailable: 1, deadlineMs: 600_000, onDeadline: "stop" },
    privileged: true,
    ports: { metrics: 9091, probes: 8081 },
    nodeSelector: {},
  });
  const given = { privileged: false, ports: { probes: 9000 }, affinity: { podAntiAffinity: {} } };
  const { privileged, ports, affinity } = parse(given);
  assert.deepEqual({ privileged, ports, affinity }, { ...given, ports: { metrics: 9091, probes: 9000 } });
  assert.deepEqual(parse({ resources: { requests: { cpu: 1, memory: "96Mi" } } }).resources, {
    requests: { cpu: "1", memory: "96Mi" },
  });
});

test("parseAgentSettings: HTTPS and events, where they are asked for; null and empty texts ask for nothing", () => {
  const tls = { secretName: "s", clientCaConfigMap: "ca" };
  const events = { tls: { secretName: "e" }, ownMutations: true, allowNetworks: ["10.0.0.0/8", "fd00::/8"] };
  const { metricsTls, events: read } = parse({ metrics: { tls }, events: { ...events, consumerCaConfigMap: "c" } });
  assert.deepEqual([metricsTls, read], [tls, { ...events, consumerCaConfigMap: "c" }]);
  const subjects = ["system:serviceaccount:vdu:*"];
  const withTokens = (given: object) => parse({ events: { tls: { secretName: "e" }, ...given } }).events?.tokens;
  assert.deepEqual(withTokens({ tokens: true, tokenSubjects: subjects }), { subjects });
  assert.deepEqual(withTokens({ tokens: true, tokenSubjects: null }), { subjects: [] });
  assert.equal(withTokens({ tokens: false, tokenSubjects: [] }), undefined);
  const empty = { secretName: "", clientCaConfigMap: "" };
  assert.deepEqual(parse({ metrics: { tls: empty }, events: null }), parse({}));
  assert.deepEqual(parse({ metrics: null, events: { tls: empty, consumerCaConfigMap: "" } }).events, {
    ownMutations: false,
    allowNetworks: [],
  });
});

test("parseAgentSettings: what is wrong is told with its field, value and remedy", () => {
  const refused = (change: object, message: RegExp) => assert.throws(() => parse(change), { kind: "invalid", message });
  refused({ imge: "x" }, /imge.*image/s);
  refused({ image: "" }, /^image: must be at least 1 characters/);
  refused({ image: undefined }, /image/);
  refused({ logLevel: "warn" }, /logLevel.*"warn"/);
  refused({ podAnnotations: { a: true } }, /podAnnotations\.a: must be text, got true; put it in quotes/);
  refused({ tolerations: [{ operator: "Exist" }] }, /tolerations\[0\]\.operator.*Exist/);
  refused({ tolerations: [{ efect: "NoSchedule" }] }, /tolerations\[0\].*effect/s);
  refused({ update: { maxUnavailable: 0 } }, /update\.maxUnavailable: 0 is neither/);
  refused({ update: { maxUnavailable: "0%" } }, /update\.maxUnavailable: "0%" is neither/);
  refused({ update: { onDeadline: "go" } }, /update\.onDeadline/);
  refused({ operatorAddress: "host" }, /operatorAddress/);
  refused({ daemonSetName: "Agent" }, /daemonSetName/);
  refused({ resources: { limits: { memory: "much" } } }, /resources\.limits\.memory: "much" is no quantity/);
  refused({ podLabels: { app: "x" } }, /podLabels: app is the operator's own/);
  refused({ ports: { metrics: 8081 } }, /ports: metrics and probes are both 8081/);
  refused({ metrics: { tls: { secret: "x" } } }, /metrics\.tls.*secret/s);
  refused(
    { metrics: { tls: { clientCaConfigMap: "ca" } } },
    /metrics\.tls\.clientCaConfigMap: "ca" .* write \S+\.secretName too/,
  );
  refused(
    { events: { tls: { clientCaConfigMap: "ca" } } },
    /events\.tls\.clientCaConfigMap: "ca" .* write \S+\.secretName too/,
  );
  refused({ events: { ownMutations: "yes" } }, /events\.ownMutations/);
  for (const network of ["10.0.0.0", "10.0.0.0/33", "fd00::/129", "10.0.0/8", "host/8", "10.0.0.0/8,10.1.0.0/16", ""]) {
    refused({ events: { allowNetworks: ["::/0", network] } }, /events\.allowNetworks\[1\]: ".*" is no network/);
  }
  refused(
    { events: { tokens: true } },
    /events\.tokens: by plain HTTP others could read them: write events\.tls\.secretName/,
  );
  refused({ events: { tokenSubjects: ["a"] } }, /events\.tokenSubjects: "a" .* write events\.tokens: true too/);
  const tokens = { tls: { secretName: "e" }, tokens: true };
  for (const subject of ["", "a b", "a,b"]) {
    refused({ events: { ...tokens, tokenSubjects: ["x", subject] } }, /events\.tokenSubjects\[1\]: ".*" names nobody/);
  }
  refused({ image: 1, logLevel: 2 }, /image: .*; logLevel: /);
  assert.throws(() => parseAgentSettings("{"), { kind: "invalid", message: /is no JSON/ });
  assert.throws(() => parseAgentSettings("[]"), { kind: "invalid", message: /must be an object/ });
});
