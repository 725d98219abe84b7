import { isIP } from "node:net";
import { parseArgs } from "node:util";

/** What the suite was asked to do. */
export interface ConformanceOptions {
  readonly origin: URL;
  /** Default: asked of the producer. */
  readonly nodeName?: string;
  readonly callbackHost: string;
  readonly callbackPort: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly legacy: boolean;
  readonly alone: boolean;
  /** Program that changes the state. */
  readonly change?: string;
  /** Only these cases; empty: all. */
  readonly only: readonly string[];
}

/** What `--help` says. */
export const usage = `usage: node tools/conformance/main.ts URL [option…]      (make conformance URL=… [NODE=…] [ARGS=…])
Asks a producer of PTP events (O-RAN O-Cloud Notification API, version 2) all that consumers rely on, and prints what
holds. URL is its scheme, host and port, such as http://127.0.0.1:9043. Exit code: 0 all passed, 1 some failed, 2 it
could not be asked. It deletes its subscriptions; those of others stay, unless --alone.

--node NAME             the node whose events it has; default: as its publishers say
--callback-host HOST    address of this machine for the producer; default 127.0.0.1
--callback-port PORT    default: any that is free
--header NAME:VALUE     sent with each request, such as Authorization:Bearer…; may be repeated
--change PROGRAM        makes the node's PTP clock what its one argument says, LOCKED or FREERUN, and ends;
                        without it nothing is known about the delivery of changes
--legacy                accepts what the existing producer does differently
--alone                 nobody else uses this producer: all its subscriptions may be deleted
--only ID               just this case; may be repeated

A certificate of https is checked against the CAs of Node: NODE_EXTRA_CA_CERTS adds yours.`;

/** Reads the arguments. @throws an Error that says what is wrong with them; undefined for `--help`. */
export function readOptions(words: readonly string[]): ConformanceOptions | undefined {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      help: { type: "boolean", short: "h" },
      node: { type: "string" },
      "callback-host": { type: "string", default: "127.0.0.1" },
      "callback-port": { type: "string", default: "0" },
      header: { type: "string", multiple: true, default: [] },
      change: { type: "string" },
      legacy: { type: "boolean", default: false },
      alone: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
    },
  });
  if (values.help === true) return undefined;
  const [url, ...rest] = positionals;
  if (url === undefined || rest.length > 0) throw new Error("one URL is needed, such as http://127.0.0.1:9043");
  const { node, change, legacy, alone, only } = values;
  return {
    origin: originOf(url),
    ...(node !== undefined && node !== "" && { nodeName: node }),
    callbackHost: hostOf(values["callback-host"]),
    callbackPort: portOf(values["callback-port"]),
    headers: Object.fromEntries(values.header.map(headerOf)),
    ...(change !== undefined && { change }),
    legacy,
    alone,
    only,
  };
}

function originOf(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol))
    throw new Error(`URL ${JSON.stringify(text)} is not http://HOST:PORT or https://HOST:PORT`);
  return new URL(url.origin);
}

function hostOf(text: string): string {
  const host = text.replace(/^\[(.*)\]$/, "$1");
  if (isIP(host) === 0 && !/^[a-z0-9.-]+$/i.test(host))
    throw new Error(`--callback-host ${JSON.stringify(text)} is neither an address nor a name`);
  return host;
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`--callback-port ${JSON.stringify(text)} is no port`);
  return port;
}

function headerOf(text: string): readonly [string, string] {
  const at = text.indexOf(":");
  if (at < 1) throw new Error(`--header ${JSON.stringify(text)} is not NAME:VALUE`);
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}
