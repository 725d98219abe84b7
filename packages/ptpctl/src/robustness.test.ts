import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { runHere, withFiles } from "./testing/run-here.ts";
import { manifest, node, ordinaryClock, ptpConfig, recommend } from "./testing/manifests.ts";

const good: readonly object[] = [
  ptpConfig(
    "a",
    [{ ...ordinaryClock, ptpClockThreshold: {}, ptpSettings: { logReduce: "true" }, plugins: { e810: {} } }],
    [recommend("oc", 5, "w1")],
  ),
  node("w1", { role: "worker" }),
  { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, stringData: { k: "spp 0" } },
  {
    apiVersion: "ptp.openshift.io/v2alpha1",
    kind: "HardwareConfig",
    metadata: { name: "hw" },
    spec: { profile: { name: "p", clockChain: { structure: [{ name: "l", ethernet: [{ ports: ["e"] }] }] } } },
  },
  { apiVersion: "ptp.openshift.io/v1", kind: "PtpOperatorConfig", metadata: { name: "default" }, spec: {} },
  { kind: "ConfigMap", metadata: { name: "ptp-configmap" }, data: { w1: '[{"name":"a_oc"}]' } },
];

/** The documents with some values anywhere in them replaced by any others. */
const damaged = fc
  .array(fc.tuple(fc.nat(200), fc.jsonValue({ maxDepth: 2 })), { minLength: 1, maxLength: 4 })
  .map((damages) => damages.reduce<unknown>((value, [at, by]) => damage(value, { at, by }), good) as readonly object[]);

function damage(value: unknown, state: { at: number; readonly by: unknown }): unknown {
  state.at -= 1;
  if (state.at === -1) return state.by;
  if (Array.isArray(value)) return value.map((item) => damage(item, state));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, damage(member, state)]));
}

const inputs = fc.oneof(
  damaged.map((documents) =>
    Array.isArray(documents) ? documents.map((each) => `${JSON.stringify(each)}\n`).join("---\n") : "",
  ),
  fc.json(),
  fc.string({ unit: "binary", maxLength: 200 }),
);

test("whatever is read, every command ends with 0, 1 or 2 and JSON or nothing on stdout", async () => {
  await withFiles({ "old.yaml": manifest(...good), "profiles.json": "[]" }, async (directory) => {
    const commands = [
      ["resolve", "-f", "-"],
      ["lint", "-f", "-"],
      ["explain", "-f", "-", "--node", "w1"],
      ["render", "-f", "-", "--node", "w1"],
      ["render", "-f", `${directory}/profiles.json`, "--node", "w1", "--facts", "-"],
      ["diff", "-f", "-", "--configmap", `${directory}/old.yaml`],
      ["diff", "-f", `${directory}/old.yaml`, "--configmap", "-"],
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...commands), inputs, async (command, input) => {
        const { exitCode, stdout, stderr } = await runHere([...command, "-o", "json"], input);
        assert.ok([0, 1, 2].includes(exitCode));
        if (stdout === "") assert.match(stderr, /^ptpctl: error: ./);
        else JSON.parse(stdout);
        await runHere(command, input);
      }),
      { numRuns: 150 },
    );
  });
});
