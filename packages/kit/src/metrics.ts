import { Registry } from "prom-client";
import type { HttpReply } from "./http-route.ts";

/** A registry of its own: nothing is registered globally. */
export function createRegistry(): Registry {
  return new Registry();
}

/** Handler of `GET /metrics`. */
export function metricsRoute(registry: Registry): () => Promise<HttpReply> {
  return async () => ({ status: 200, contentType: registry.contentType, body: await registry.metrics() });
}
