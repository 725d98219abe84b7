import { createHttpPart, metricsRoute, type Logger, type Part, type Routes } from "@ptp/kit";
import type { Registry } from "prom-client";
import type { BindAddress } from "./options.ts";

/** What the operator tells over plain HTTP. */
export interface OperatorHttpOptions {
  /** Absent: off. */
  readonly metrics?: BindAddress;
  readonly probes?: BindAddress;
  readonly registry: Registry;
  /** Whether the source was read and resolved, and sessions are served. */
  readonly isReady: () => boolean;
  readonly log: Logger;
}

/** Creates what serves /metrics, and /healthz (the event loop answers) with /readyz. */
export function createHttpParts({ metrics, probes, registry, isReady, log }: OperatorHttpOptions): readonly Part[] {
  return [
    ...serve("metrics", metrics, { "GET /metrics": metricsRoute(registry) }, log),
    ...serve("probes", probes, probeRoutes(isReady), log),
  ];
}

function serve(name: string, address: BindAddress | undefined, routes: Routes, log: Logger): readonly Part[] {
  return address === undefined ? [] : [createHttpPart({ name, ...address, routes, log })];
}

function probeRoutes(isReady: () => boolean): Routes {
  return {
    "GET /healthz": () => ({ status: 200, body: "ok\n" }),
    "GET /readyz": () =>
      isReady() ? { status: 200, body: "ok\n" } : { status: 503, body: "the source is not read yet\n" },
  };
}
