import assert from "node:assert/strict";
import { test } from "node:test";
import { ownLabels } from "../own-labels.ts";
import { authorityNames } from "./authority-names.ts";
import { givenBundle } from "./given-bundle.ts";

const names = authorityNames("p", "ns");

test("givenBundle: made where there is none, and put right where it is ours, whoever has changed it", () => {
  const made = givenBundle("pem", undefined, names);
  assert.deepEqual(made.metadata, { name: "p-agent-ca", namespace: "ns", labels: ownLabels("p") });
  assert.deepEqual(made.data, { "ca.crt": "pem" });
  assert.deepEqual(givenBundle("pem", { ...made, data: { "ca.crt": "x", other: "y" } }, names), made);
});

test("givenBundle: a ConfigMap of somebody else is refused, with what to do", () => {
  const made = givenBundle("pem", undefined, names);
  for (const labels of [undefined, { "app.kubernetes.io/managed-by": "ptp-operator" }, ownLabels("other")]) {
    const metadata = { name: "p-agent-ca", namespace: "ns", ...(labels && { labels }) };
    assert.throws(() => givenBundle("pem", { ...made, metadata }, names), {
      kind: "invalid",
      message: /^ConfigMap ns\/p-agent-ca was not made by this operator.*rename or delete it$/,
    });
  }
});
