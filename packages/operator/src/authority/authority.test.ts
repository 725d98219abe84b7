import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApiClient, ApiRequest } from "@ptp/cluster";
import { ApiError } from "@ptp/cluster";
import { captureLogger } from "@ptp/kit";
import { authorityNames } from "./authority-names.ts";
import { createAuthority } from "./authority.ts";

const names = authorityNames("p", "ns");

/** An API server that keeps what is applied, as `admit` lets it be. */
function keepObjects(admit: (object: ApiObject) => ApiObject) {
  const objects = new Map<string, ApiObject>();
  const steps: string[] = [];
  const request = async ({ method, path, body }: ApiRequest): Promise<unknown> => {
    if (method === "POST") return { metadata: { creationTimestamp: new Date().toISOString() } };
    if (method === "PATCH") {
      steps.push(path.split("/").at(-1) ?? "");
      objects.set(path, admit(body as ApiObject));
    }
    const found = objects.get(path);
    if (found === undefined) throw new ApiError("invalid", "not found", { status: 404 });
    return found;
  };
  return { client: { request } as unknown as ApiClient, steps };
}

interface ApiObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: object };
}

async function firstWords(admit: (object: ApiObject) => ApiObject, isEnough: (text: string, steps: number) => boolean) {
  const { client, steps } = keepObjects(admit);
  const { promise, resolve } = Promise.withResolvers<string>();
  const log = captureLogger((_, message, fields) => {
    const text = `${message} ${JSON.stringify(fields)}`;
    if (isEnough(text, steps.length)) resolve(text);
  });
  const watch = { name: "w", start: async () => {}, stop: async () => {}, subscribe: () => () => {} };
  const silent = { ...watch, server: () => undefined, webhook: () => undefined };
  const authority = createAuthority({ client, watch: silent, names, log, nowUnixMs: Date.now });
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
