import {
  createHttpPart,
  metricsRoute,
  type HttpPartOptions,
  type Logger,
  type Part,
  type Routes,
  type TlsFiles,
} from "@ptp/kit";
import type { Registry } from "prom-client";
import type { BindAddress } from "./options.ts";

/** What the operator tells over HTTP. */
export interface OperatorHttpOptions {
  /** Absent: off. */
  readonly metrics?: BindAddress;
  /** Present: metrics are served by HTTPS alone. */
  readonly metricsTls?: TlsFiles;
  readonly probes?: BindAddress;
  readonly registry: Registry;
  /** Whether the source was read and resolved, and sessions are served. */
  readonly isReady: () => boolean;
  readonly log: Logger;
}

/** Creates what serves /metrics, and /healthz (the event loop answers) with /readyz. */
export function createHttpParts(options: OperatorHttpOptions): readonly Part[] {
  const { metrics, metricsTls: tls, probes, registry, isReady, log } = options;
  return [
    ...serve("metrics", metrics, { routes: { "GET /metrics": metricsRoute(registry) }, ...(tls && { tls }), log }),
    ...serve("probes", probes, { routes: probeRoutes(isReady), log }),
  ];
}

function serve(
  name: string,
  address: BindAddress | undefined,
  what: Pick<HttpPartOptions, "routes" | "tls" | "log">,
): readonly Part[] {
  return address === undefined ? [] : [createHttpPart({ name, ...address, ...what })];
}

function probeRoutes(isReady: () => boolean): Routes {
  return {
    "GET /healthz": () => ({ status: 200, body: "ok\n" }),
    "GET /readyz": () =>
      isReady()
        ? { status: 200, body: "ok\n" }
        : { status: 503, body: "the source is not read yet, or no certificate is there\n" },
  };
}
