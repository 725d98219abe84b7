import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { tlsPair } from "../../packages/cluster/src/testing/tls-pair.ts";
import { openControlPlane } from "../../tools/kubernetes/testing/open-control-plane.ts";
import { until } from "../../tools/kubernetes/testing/until.ts";
import { createWebhookWorld } from "./testing/webhook-world.ts";

const core = "/api/v1/namespaces/openshift-ptp";
const bundlePath = `${core}/configmaps/ptp-operator-agent-ca`;

test(
  "with a certificate of others agents are told its authority, and no keys are made",
  { timeout: 300_000 },
  async (t) => {
    const plane = await openControlPlane(t, { controllerManager: false });
    if (plane === undefined) return;
    const values = ["--set", "tls.source=secret,tls.secretName=mine"];
    const world = await createWebhookWorld(t, plane, values);
    const pair = await tlsPair();
    const [certPath, keyPath] = [join(plane.dir, "tls.crt"), join(plane.dir, "tls.key")];
    await Promise.all([writeFile(certPath, pair.cert), writeFile(keyPath, pair.key)]);
    const replica = await world.start("a", ["--tls-cert", certPath, "--tls-key", keyPath, "--tls-ca", certPath]);
    await until("it is ready", () => replica.isReady(), 60_000);
    const told = async () => {
      const map = (await plane.api.request("GET", bundlePath).catch(() => undefined)) as
        { readonly data: Readonly<Record<string, string>> } | undefined;
      return map?.data["ca.crt"];
    };
    await until("agents are told", async () => (await told()) === pair.cert);
    const mergePatch = "application/merge-patch+json";
    await plane.api.request("PATCH", bundlePath, { data: { "ca.crt": "x" } }, mergePatch);
    await until("it is put right", async () => (await told()) === pair.cert);
    await plane.api.request("DELETE", bundlePath);
    await until("it is made again", async () => (await told()) === pair.cert);
    for (const name of ["ptp-operator-ca", "ptp-operator-tls"]) {
      await assert.rejects(plane.api.request("GET", `${core}/secrets/${name}`), /404|not found/, name);
    }
    assert.match(await replica.metrics(), /ptp_operator_certificate_expiry_timestamp_seconds \d{10}/);
    const forbidden = replica.lines.filter((line) => line.includes("forbidden"));
    assert.deepEqual(forbidden, [], "the chart's permissions are enough");
  },
);
