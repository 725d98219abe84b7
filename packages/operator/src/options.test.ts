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
  assert.throws(() => parseOptions([], "1"), { kind: "invalid", message: "Missing required argument: directory" });
  assert.throws(() => parse("--listen", "h:1"), { kind: "invalid", message: /listen -> tls-cert/ });
});
