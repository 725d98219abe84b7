import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { ApiClient, ApiRequest } from "@ptp/cluster";
import { ApiError } from "@ptp/cluster";
import { createVirtualClock } from "@ptp/cluster/testing/virtual-clock";
import { captureLogger } from "@ptp/kit";
import { authorityNames } from "./authority-names.ts";
import { createAuthority } from "./authority.ts";

const names = authorityNames("p", "ns");

/** An API server that keeps what is applied, as `admit` lets it be. */
function keepObjects(admit: (object: ApiObject) => ApiObject, nowMs = () => Date.now()) {
  const objects = new Map<string, ApiObject>();
  const steps: string[] = [];
  const request = async ({ method, path, body }: ApiRequest): Promise<unknown> => {
    if (method === "POST") return { metadata: { creationTimestamp: new Date(nowMs()).toISOString() } };
    if (method === "PATCH") {
      steps.push(path.split("/").at(-1) ?? "");
      objects.set(path, admit(body as ApiObject));
    }
    const found = objects.get(path);
    if (found === undefined) throw new ApiError("invalid", "not found", { status: 404 });
    return found;
  };
  const bundle = () => [...objects].find(([path]) => path.endsWith("/p-agent-ca"))?.[1];
  return { client: { request } as unknown as ApiClient, steps, bundle };
}

interface ApiObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: object };
  readonly data?: Readonly<Record<string, string>>;
}

const watch = { name: "w", start: async () => {}, stop: async () => {}, subscribe: () => () => {} };
const silentWatch = { ...watch, server: () => undefined, webhook: () => undefined };

async function firstWords(admit: (object: ApiObject) => ApiObject, isEnough: (text: string, steps: number) => boolean) {
  const { client, steps } = keepObjects(admit);
  const { promise, resolve } = Promise.withResolvers<string>();
  const log = captureLogger((_, message, fields) => {
    const text = `${message} ${JSON.stringify(fields)}`;
    if (isEnough(text, steps.length)) resolve(text);
  });
  const authority = createAuthority({ client, watch: silentWatch, names, log, nowUnixMs: Date.now });
  await authority.start(new AbortController().signal);
  const text = await promise;
  await authority.stop();
  return { text, steps };
}

test("an authority is founded, told and signs, each by one write", async () => {
  const { steps } = await firstWords(
    (object) => object,
    (_, count) => count === 3,
  );
  assert.deepEqual(steps, ["p-ca", "p-agent-ca", "p-tls"]);
});

test("somebody who changes what is written is told of, and ends no process", async () => {
  const withoutAnnotations = (object: ApiObject): ApiObject => {
    const { annotations: _taken, ...metadata } = object.metadata;
    return { ...object, metadata };
  };
  const { text } = await firstWords(withoutAnnotations, (words) => words.includes("did not settle"));
  assert.match(text, /^failed, comes again /);
  assert.match(
    text,
    /the last was publish: find out who else changes Secrets p-ca and p-tls, ConfigMap p-agent-ca in ns/,
  );
});

test("after an outage, however long, agents get their certificate within a minute", async (t) => {
  const { client, steps } = keepObjects((object) => object);
  const clock = createVirtualClock();
  let isAway = true;
  let asked = 0;
  const request = (wanted: ApiRequest): Promise<unknown> => {
    if (!isAway) return client.request(wanted);
    asked += 1;
    return Promise.reject(new ApiError("transient", "no answer", { status: 503 }));
  };
  const log = captureLogger(() => {});
  const options = { client: { ...client, request }, watch: silentWatch, names, log, nowUnixMs: Date.now, clock };
  const authority = createAuthority(options);
  await authority.start(new AbortController().signal);
  t.after(() => authority.stop());
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      await clock.advance(1000);
      for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    }
  };
  await pass(2400);
  assert.ok(asked / 3 < 80, `${asked / 3} looks in 40 minutes`);
  isAway = false;
  await pass(60);
  assert.deepEqual(steps, ["p-ca", "p-agent-ca", "p-tls"]);
});

test("an API server that could not be told whom to trust for admission is told soon after", async (t) => {
  const { client } = keepObjects((object) => object);
  const clock = createVirtualClock();
  const apiVersion = "admissionregistration.k8s.io/v1";
  const webhook = {
    apiVersion,
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: "p-ns" },
    webhooks: [{ name: "v" }],
  };
  let tries = 0;
  const request = (wanted: ApiRequest): Promise<unknown> => {
    if (!wanted.path.includes("validatingwebhookconfigurations")) return client.request(wanted);
    tries += 1;
    return tries < 3 ? Promise.reject(new ApiError("transient", "busy", { status: 503 })) : Promise.resolve(webhook);
  };
  const place = { client: { ...client, request }, watch: { ...silentWatch, webhook: () => webhook }, names, clock };
  const authority = createAuthority({ ...place, log: captureLogger(() => {}), nowUnixMs: Date.now });
  await authority.start(new AbortController().signal);
  t.after(() => authority.stop());
  for (let second = 0; second < 60; second += 1) {
    await clock.advance(1000);
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
  }
  assert.equal(tries, 3);
});

const dayMs = 86_400_000;

test("a clock that runs ahead takes no authority from agents", async () => {
  let theirsMs = Date.parse("2026-01-01T00:00:00Z");
  const { client, bundle } = keepObjects(
    (object) => object,
    () => theirsMs,
  );
  /** Runs an authority at a time until it has taken so many steps, or fails. */
  const runAt = async (nowMs: number, enough: number): Promise<string> => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const told: string[] = [];
    const log = captureLogger((_, message, fields) => {
      told.push(`${message} ${JSON.stringify(fields)}`);
      if (told.length === enough || message.startsWith("failed")) resolve(told.join("; "));
    });
    const authority = createAuthority({ client, watch: silentWatch, names, log, nowUnixMs: () => nowMs });
    await authority.start(new AbortController().signal);
    const text = await promise;
    await authority.stop();
    return text;
  };
  const countTrusted = () => bundle()?.data?.["ca.crt"]?.match(/BEGIN CERTIFICATE/g)?.length;
  await runAt(theirsMs, 3);
  theirsMs += 750 * dayMs;
  assert.match(await runAt(theirsMs, 3), /issue.*announce.*publish/);
  theirsMs += 8 * dayMs;
  assert.match(await runAt(theirsMs, 3), /promote.*publish.*issue/);
  assert.equal(countTrusted(), 2);
  const aheadMs = theirsMs + 400 * dayMs;
  assert.match(await runAt(aheadMs, 1), /the clock of this replica says 2029-.* that of the API server 2028-/);
  assert.equal(countTrusted(), 2, "the authority before still counts");
  theirsMs = aheadMs;
  assert.match(await runAt(aheadMs, 1), /publish/, "when it is that late, it is dropped");
  assert.equal(countTrusted(), 1);
});
