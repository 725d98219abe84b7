import assert from "node:assert/strict";
import { test } from "node:test";
import { webhookPatch, type WebhookConfiguration } from "./webhook-bundle.ts";

const configuration = (...bundles: readonly (string | undefined)[]): WebhookConfiguration => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  metadata: { name: "w", labels: { a: "b" } },
  webhooks: bundles.map((caBundle, at) => ({
    name: `w${at}`,
    clientConfig: { service: { name: "s" }, ...(caBundle !== undefined && { caBundle }) },
  })),
});

test("each webhook gets the bundle, and nothing else of it is taken over", () => {
  const caBundle = Buffer.from("pem").toString("base64");
  assert.deepEqual(webhookPatch(configuration(undefined, "old", caBundle), "pem"), {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: "w" },
    webhooks: ["w0", "w1", "w2"].map((name) => ({ name, clientConfig: { caBundle } })),
  });
});

test("what is right already is left alone", () => {
  assert.equal(webhookPatch(configuration("cGVt", "cGVt"), "pem"), undefined);
  assert.equal(webhookPatch(configuration(), "pem"), undefined);
});
