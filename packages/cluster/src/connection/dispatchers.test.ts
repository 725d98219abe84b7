import { HttpMethod, KubeConfig, RequestContext } from "@kubernetes/client-node";
import assert from "node:assert/strict";
import { test } from "node:test";
import { kubeConfigOf } from "../testing/kube-config-of.ts";
import { tlsPair } from "../testing/tls-pair.ts";
import { shareDispatchers } from "./dispatchers.ts";

async function dispatcherOf(config: KubeConfig) {
  const context = new RequestContext("https://127.0.0.1/", HttpMethod.GET);
  await config.applySecurityAuthentication(context);
  return context.getDispatcher();
}

test("shareDispatchers: pools of its own, until the certificates change", async () => {
  const { cert } = await tlsPair();
  const config = kubeConfigOf("https://127.0.0.1:1", cert);
  const dispatchers = shareDispatchers(config);
  const first = await dispatcherOf(config);
  assert.ok(first);
  assert.equal(await dispatcherOf(config), first);
  const { requests, streams } = dispatchers.of(first);
  assert.equal(requests, first);
  assert.notEqual(streams, requests, "a watch takes no place from requests");
  const renewed = Buffer.from(`${cert}\n`).toString("base64");
  for (const cluster of config.getClusters()) Object.assign(cluster, { caData: renewed });
  const second = await dispatcherOf(config);
  assert.notEqual(second, first);
  assert.equal(await dispatcherOf(config), second);
  await dispatchers.close();
});

test("shareDispatchers: a kubeconfig without any setting of TLS gets a pool too", async () => {
  const config = kubeConfigOf("https://127.0.0.1:1");
  const dispatchers = shareDispatchers(config);
  assert.ok(dispatchers.of(await dispatcherOf(config)));
  await dispatchers.close();
});

test("shareDispatchers: another client-node that makes pools elsewhere is noticed", () => {
  const config = kubeConfigOf("https://127.0.0.1:1");
  Reflect.set(config, "createDispatcherOptions", undefined);
  assert.throws(() => shareDispatchers(config), { kind: "bug" });
});

test("shareDispatchers: a pool of somebody else is a bug", async () => {
  const dispatchers = shareDispatchers(kubeConfigOf("https://127.0.0.1:1"));
  assert.throws(() => dispatchers.of(undefined), { kind: "bug" });
  await dispatchers.close();
});
