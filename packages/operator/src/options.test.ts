import assert from "node:assert/strict";
import { test } from "node:test";
import { parseOptions } from "./options.ts";

const parse = (...args: readonly string[]) => parseOptions(["--directory", "d", ...args], "1");

test("defaults are those of the existing operator", () => {
  assert.deepEqual(parse(), {
    directory: "d",
    sessionDir: "/run/ptp-operator",
    metrics: { port: 8080 },
    probes: { port: 8081 },
    logLevel: "info",
    ignored: [],
  });
});

test("addresses", () => {
  assert.deepEqual(parse("--metrics-bind-address", "[::1]:9").metrics, { host: "::1", port: 9 });
  assert.deepEqual(parse("--metrics-bind-address", "127.0.0.1:9").metrics, { host: "127.0.0.1", port: 9 });
  assert.equal(parse("--metrics-bind-address", "0").metrics, undefined);
  for (const text of ["8080", ":", ":70000", "a:b"]) {
    assert.throws(() => parse("--metrics-bind-address", text), { kind: "invalid", message: /expected \[host\]:port/ });
  }
});

test("flags of the existing operator are taken and told", () => {
  assert.deepEqual(parse("--enable-leader-election", "--logtostderr", "--stderrthreshold=INFO").ignored, [
    "enable-leader-election",
    "logtostderr",
    "stderrthreshold",
  ]);
});

test("what is unknown or missing is an error", () => {
  assert.throws(() => parse("--bogus"), { kind: "invalid", message: "Unknown argument: bogus" });
  assert.throws(() => parseOptions([], "1"), { kind: "invalid", message: /no agent could connect: give --listen/ });
  assert.throws(() => parse("--listen", "h:1"), {
    kind: "invalid",
    message: /needs --tls-cert, --tls-key and --tls-ca/,
  });
});

test("without a directory it is a cluster", () => {
  const files = ["--tls-cert", "c", "--tls-key", "k"];
  const env = { POD_NAME: "p", WATCH_NAMESPACE: "b, a,b", OPERATOR_NAMESPACE: "ptp" };
  assert.deepEqual(parseOptions(["--enable-leader-election", "--listen", ":8443", ...files], "1", env), {
    namespace: "ptp",
    watchNamespaces: ["b", "a"],
    leaderElect: true,
    podName: "p",
    agentServiceAccount: "linuxptp-daemon",
    operatorName: "ptp-operator",
    publishConfigMap: false,
    listen: { port: 8443 },
    tls: { certPath: "c", keyPath: "k" },
    metrics: { port: 8080 },
    probes: { port: 8081 },
    logLevel: "info",
    ignored: [],
  });
  const plain = parseOptions(["--session-dir", "s", "--kubeconfig", "f", "--webhook-bind-address", "h:9443"], "1", {
    WATCH_NAMESPACE: "",
    OPERATOR_NAME: "release",
  });
  assert.ok(plain.directory === undefined && plain.onlyNode === undefined);
  assert.deepEqual([plain.namespace, plain.watchNamespaces, plain.leaderElect], ["openshift-ptp", undefined, false]);
  assert.deepEqual([plain.kubeconfig, plain.sessionDir, plain.ignored], ["f", "s", []]);
  assert.deepEqual([plain.webhook, plain.tls, plain.operatorName], [{ host: "h", port: 9443 }, undefined, "release"]);
  assert.throws(() => parseOptions(["--listen", ":1", "--tls-cert", "c"], "1"), { message: /tls-cert -> tls-key/ });
});

test("the operator of one node is reached by a socket and by nothing else", () => {
  const args = ["--only-node", "n", "--session-dir", "/s", "--metrics-bind-address", "0"];
  const options = parseOptions([...args, "--health-probe-bind-address", "0"], "1", { OPERATOR_NAMESPACE: "ns" });
  assert.deepEqual(options, { namespace: "ns", onlyNode: "n", sessionDir: "/s", logLevel: "info", ignored: [] });
  assert.throws(() => parseOptions(["--only-node", "n"], "1"), { message: /only-node -> session-dir/ });
  assert.throws(() => parseOptions([...args, "--listen", ":1"], "1"), { message: /mutually exclusive/ });
});

test("metrics are served by HTTPS where a certificate is given", () => {
  const args = [
    "--directory",
    "d",
    "--metrics-tls-cert",
    "c",
    "--metrics-tls-key",
    "k",
    "--metrics-tls-client-ca",
    "a",
  ];
  const { metricsTls } = parseOptions(args, "1");
  assert.deepEqual(metricsTls, { certPath: "c", keyPath: "k", clientCaPath: "a" });
  assert.throws(() => parseOptions(["--directory", "d", "--metrics-tls-cert", "c"], "1"), {
    message: /metrics-tls-key/,
  });
});
