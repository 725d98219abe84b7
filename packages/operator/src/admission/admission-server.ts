import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { messageOf, type Logger, type Part } from "@ptp/kit";
import { keepCertificate } from "../tls/keep-certificate.ts";
import { listen } from "../tls/listen.ts";
import type { ServingCertificate } from "../tls/serving-certificate.ts";
import { readReview, reviewText } from "./admission-review.ts";
import { judge, type JudgeContext, type JudgedKind } from "./judge.ts";

/** How an answer came out. */
export type AdmissionResult = "allowed" | "warned" | "denied" | "failed";

/** What admission needs. */
export interface AdmissionServerOptions {
  /** Default: all addresses. */
  readonly host?: string;
  readonly port: number;
  /** Until there is one nobody can ask. */
  readonly certificate: ServingCertificate;
  /** What is known of the cluster; undefined until that is everything. */
  readonly context: (namespace: string) => JudgeContext | undefined;
  readonly answered: (kind: JudgedKind, result: AdmissionResult, durationMs: number) => void;
  readonly log: Logger;
}

/** Serves validating admission. */
export interface AdmissionServer extends Part {
  /** Whether questions are answered. */
  serves(): boolean;
  /** The port that was bound. */
  port(): number;
}

/** The API server sends 3 MiB at most. */
const maxBodyBytes = 3 * 1024 * 1024;
/** The API server gives up after 30 s at the latest. */
const requestTimeoutMs = 10_000;
/** Longer than clients keep connections they do not use, 90 s: who closes first must not lose a question. */
const keepAliveMs = 120_000;
const drainMs = 2000;

const paths: Readonly<Record<string, JudgedKind>> = {
  "/validate-ptp-openshift-io-v1-ptpconfig": "PtpConfig",
  "/validate-ptp-openshift-io-v1-ptpoperatorconfig": "PtpOperatorConfig",
  "/validate-ptp-openshift-io-v2alpha1-hardwareconfig": "HardwareConfig",
};

/** Creates the server; it listens from `start` to `stop`. */
export function createAdmissionServer(options: AdmissionServerOptions): AdmissionServer {
  const { certificate, log, host, port } = options;
  const limits = { headersTimeout: 5000, requestTimeout: requestTimeoutMs, keepAliveTimeout: keepAliveMs };
  const policy = { minVersion: "TLSv1.3", handshakeTimeout: requestTimeoutMs } as const;
  const server = createServer({ ...limits, ...policy }, (request, response) => void serve(request, response, options));
  server.maxConnections = 256;
  server.on("tlsClientError", (error) => log.debug("no TLS with a client", { problem: messageOf(error) }));
  let keep = () => {};
  return {
    name: "admission",
    start: async () => {
      keep = keepCertificate(server, certificate, log);
      const where = { ...(host !== undefined && { host }), port };
      await listen(server, { flag: "--webhook-bind-address", name: "admission", ...where, log });
    },
    stop: async () => {
      keep();
      await drain(server);
    },
    serves: () => server.listening && certificate.current() !== undefined,
    port: () => (server.address() as AddressInfo | null)?.port ?? 0,
  };
}

/** Questions that came are answered; a client that keeps a connection is cut off. */
function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), drainMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  options: AdmissionServerOptions,
): Promise<void> {
  const startMs = performance.now();
  const kind = paths[(request.url ?? "").split("?")[0] ?? ""];
  try {
    if (kind === undefined) return reply(response, 404, "no such webhook\n");
    if (request.method !== "POST") return reply(response, 405, "method not allowed\n");
    const body = await readBody(request);
    const { status, text, result } = body === undefined ? tooLarge : answer(kind, body, options);
    options.answered(kind, result, performance.now() - startMs);
    reply(response, status, text);
  } catch (error) {
    options.log.error("admission failed", { kind: kind ?? "", error: messageOf(error) });
    if (kind !== undefined) options.answered(kind, "failed", performance.now() - startMs);
    if (!response.headersSent) reply(response, 500, "internal error\n");
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly result: AdmissionResult;
}

const tooLarge: Answer = { status: 413, text: `the body exceeds ${maxBodyBytes} bytes\n`, result: "failed" };

function answer(kind: JudgedKind, body: Uint8Array, { context, log }: AdmissionServerOptions): Answer {
  const reading = readReview(body);
  if (reading.type === "unreadable") return { status: 400, text: `${reading.problem}\n`, result: "failed" };
  const { request } = reading;
  const { namespace = "", name = "" } = metadataOf(request.object);
  const known = context(namespace);
  if (known === undefined) return { status: 503, text: "the cluster is not known yet\n", result: "failed" };
  const verdict = judge(kind, request, known);
  if (!verdict.allowed) log.info("refused", { kind, namespace, name, reason: verdict.message });
  const result = !verdict.allowed ? "denied" : verdict.warnings.length > 0 ? "warned" : "allowed";
  return { status: 200, text: reviewText(request.uid, verdict), result };
}

function metadataOf(object: unknown): { readonly namespace?: string; readonly name?: string } {
  return (object as { readonly metadata?: { readonly namespace?: string; readonly name?: string } })?.metadata ?? {};
}

/** Undefined if it is too large. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Who sends too much shall still read why: the rest is left in the socket, which the answer closes.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function reply(response: ServerResponse, status: number, text: string): void {
  const body = Buffer.from(text);
  const type = status === 200 ? "application/json" : "text/plain; charset=utf-8";
  const headers = { "content-type": type, "content-length": body.length };
  response.writeHead(status, status === 413 ? { ...headers, connection: "close" } : headers);
  response.end(body);
}
