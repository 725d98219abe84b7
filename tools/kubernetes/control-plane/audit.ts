import { existsSync } from "node:fs";
import { open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** One request that the API server has answered. */
export interface AuditedRequest {
  readonly user: string;
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`. */
  readonly verb: string;
  /** With the query. */
  readonly uri: string;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** When it came in, as RFC 3339 with microseconds. */
  readonly receivedAt: string;
}

/** The record of all requests to an API server. */
export interface AuditLog {
  readonly apiServerFlags: readonly string[];
  /** All requests answered so far, oldest first. */
  read(): Promise<readonly AuditedRequest[]>;
  /** Forgets them. */
  clear(): Promise<void>;
}

interface AuditEvent {
  readonly user: { readonly username: string };
  readonly verb: string;
  readonly requestURI: string;
  readonly responseStatus?: { readonly code?: number };
  readonly requestReceivedTimestamp: string;
}

// A watch counts when it is answered, not when it ends.
const policy = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [{ level: "Metadata" }],
};

/** Prepares the audit of an API server that is not started yet. */
export async function createAuditLog(dir: string): Promise<AuditLog> {
  const policyPath = join(dir, "audit-policy.json");
  const logPath = join(dir, "audit.log");
  await writeFile(policyPath, JSON.stringify(policy));
  return {
    apiServerFlags: [`--audit-policy-file=${policyPath}`, `--audit-log-path=${logPath}`, "--audit-log-maxsize=1024"],
    read: async () => (existsSync(logPath) ? parse(await readFile(logPath, "utf8")) : []),
    clear: async () => {
      if (!existsSync(logPath)) return;
      const file = await open(logPath, "r+");
      await file.truncate();
      await file.close();
    },
  };
}

function parse(text: string): readonly AuditedRequest[] {
  // What follows the last line end is still being written.
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as AuditEvent & { readonly stage: string })
    .filter(({ stage, verb }) => stage === (verb === "watch" ? "ResponseStarted" : "ResponseComplete"))
    .map((event) => ({
      user: event.user.username,
      verb: event.verb,
      uri: event.requestURI,
      status: event.responseStatus?.code ?? 0,
      receivedAt: event.requestReceivedTimestamp,
    }));
}
