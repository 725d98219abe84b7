import { HttpMethod, KubeConfig, RequestContext } from "@kubernetes/client-node";
import assert from "node:assert/strict";
import { test } from "node:test";
import { kubeConfigOf } from "../testing/kube-config-of.ts";
import { tlsPair } from "../testing/tls-pair.ts";
import { shareDispatcher } from "./dispatchers.ts";

async function dispatcherOf(config: KubeConfig) {
  const context = new RequestContext("https://127.0.0.1/", HttpMethod.GET);
  await config.applySecurityAuthentication(context);
  return context.getDispatcher();
}

test("shareDispatcher: one pool, until the certificates change", async () => {
  const { cert } = await tlsPair();
  const config = kubeConfigOf("https://127.0.0.1:1", cert);
  const close = shareDispatcher(config);
  const first = await dispatcherOf(config);
  assert.ok(first);
  assert.equal(await dispatcherOf(config), first);
  const renewed = Buffer.from(`${cert}\n`).toString("base64");
  for (const cluster of config.getClusters()) Object.assign(cluster, { caData: renewed });
  const second = await dispatcherOf(config);
  assert.notEqual(second, first);
  assert.equal(await dispatcherOf(config), second);
  await close();
});

test("shareDispatcher: a kubeconfig without any setting of TLS gets a pool too", async () => {
  const config = kubeConfigOf("https://127.0.0.1:1");
  const close = shareDispatcher(config);
  assert.ok(await dispatcherOf(config));
  await close();
});

test("shareDispatcher: another client-node that makes pools elsewhere is noticed", () => {
  const config = kubeConfigOf("https://127.0.0.1:1");
  Reflect.set(config, "createDispatcher", undefined);
  assert.throws(() => shareDispatcher(config), { kind: "bug" });
});
