import { messageOf, type Logger } from "@ptp/kit";

/** The existing daemon's own HTTP, on this host. */
export interface DaemonClient {
  /** Has it tell its states again; whether it does shows in the lines that come. */
  emitLogs(): Promise<void>;
  /** Asks for the names of interfaces that share a clock. */
  refreshAliases(): Promise<void>;
  /** The alias as far as it is known, else the name. */
  aliasOf(interfaceName: string): string;
}

const emitTimeoutMs = 5_000;
const aliasTimeoutMs = 2_000;
const maxAliases = 1_024;

/** Creates a client of the daemon at an origin, such as `http://localhost:8081`. */
export function createDaemonClient(origin: string, log: Logger): DaemonClient {
  let aliases: ReadonlyMap<string, string> = new Map();
  const get = (path: string, timeoutMs: number): Promise<Response> =>
    fetch(`${origin}${path}`, { signal: AbortSignal.timeout(timeoutMs), redirect: "error" });
  const failed = (error: unknown): void => log.debug("the daemon does not answer", { problem: messageOf(error) });
  return {
    emitLogs: async () => {
      await get("/emit-logs", emitTimeoutMs).then((response) => response.arrayBuffer(), failed);
    },
    refreshAliases: async () => {
      try {
        const response = await get("/port-aliases", aliasTimeoutMs);
        const entries = Object.entries((await response.json()) as object).slice(0, maxAliases);
        aliases = new Map(entries.flatMap(([name, alias]) => (isName(alias) ? [[name, alias] as const] : [])));
      } catch (error) {
        failed(error);
      }
    },
    aliasOf: (name) => aliases.get(name) ?? name,
  };
}

/** It becomes part of an address. */
function isName(value: unknown): value is string {
  return typeof value === "string" && /^[^\s\p{Cc}/]{1,64}$/u.test(value);
}
