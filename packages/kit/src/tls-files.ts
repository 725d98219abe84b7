import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext, type SecureContextOptions } from "node:tls";
import { AppError, messageOf } from "./app-error.ts";
import type { Logger } from "./log.ts";

/** PEM files of a server that speaks TLS. */
export interface TlsFiles {
  readonly certPath: string;
  readonly keyPath: string;
  /** Clients must show a certificate of one of these authorities; absent: none is asked for. */
  readonly clientCaPath?: string;
}

/** Takes what the files hold; `setSecureContext` of Node's TLS servers. */
export type TakeTls = (context: SecureContextOptions) => void;

/** Prometheus and old clients of metrics know no more; what only we speak asks for 1.3 by itself. */
const minVersion = "TLSv1.2";

const defaultRereadMs = 60_000;

/** Hands over the files once, and again whenever they were renewed, until `stop`. */
export interface TlsRenewal {
  /** @throws AppError invalid if a file cannot be read or a key belongs to another certificate. */
  start(): Promise<void>;
  stop(): void;
}

/**
 * Follows the files by reading them again every minute: they may be a mounted Secret, which is swapped as a whole, or be
 * written one after the other. What does not fit leaves the pair before in use and is told once.
 */
export function createTlsRenewal(files: TlsFiles, take: TakeTls, log: Logger, everyMs?: number): TlsRenewal {
  const read = async () => {
    const { text, context } = await readTls(files);
    return { text, take: () => take(context) };
  };
  return follow(read, {
    what: "TLS certificate",
    path: files.certPath,
    log,
    ...(everyMs !== undefined && { everyMs }),
  });
}

/** The same of a file of authorities that others are trusted by; `take` gets its PEM. */
export function createTrustRenewal(
  path: string,
  take: (pem: string) => void,
  log: Logger,
  everyMs?: number,
): TlsRenewal {
  const read = async () => {
    const pem = await readAuthorities(path);
    return { text: pem, take: () => take(pem) };
  };
  return follow(read, { what: "list of trusted authorities", path, log, ...(everyMs !== undefined && { everyMs }) });
}

interface Following {
  readonly what: string;
  readonly path: string;
  readonly log: Logger;
  readonly everyMs?: number;
}

function follow(
  readAll: () => Promise<{ readonly text: string; readonly take: () => void }>,
  { what, path, log, everyMs = defaultRereadMs }: Following,
): TlsRenewal {
  let taken = "";
  let told = "";
  let timer: NodeJS.Timeout | undefined;
  const read = async (): Promise<void> => {
    const { text, take } = await readAll();
    if (text === taken) return;
    take();
    if (taken !== "") log.info(`a renewed ${what} is in use`, { path });
    taken = text;
    told = "";
  };
  const reread = async (): Promise<void> => {
    try {
      await read();
    } catch (error) {
      const problem = messageOf(error);
      if (problem !== told) log.warn(`the ${what} stays the one before`, { problem });
      told = problem;
    }
  };
  return {
    start: async () => {
      await read();
      // A part that could not listen is started again.
      clearInterval(timer);
      timer = setInterval(() => void reread(), everyMs).unref();
    },
    stop: () => clearInterval(timer),
  };
}

async function readTls(files: TlsFiles): Promise<{ readonly text: string; readonly context: SecureContextOptions }> {
  const { certPath, keyPath, clientCaPath } = files;
  const [cert, key, ca] = await Promise.all([
    readPem(certPath),
    readPem(keyPath),
    clientCaPath === undefined ? undefined : readAuthorities(clientCaPath),
  ]);
  const context = { cert, key, minVersion, ...(ca !== undefined && { ca }) } as const;
  try {
    createSecureContext(context);
  } catch (error) {
    const paths = [certPath, keyPath, clientCaPath].filter((path) => path !== undefined).join(", ");
    throw new AppError("invalid", `${paths} do not make a TLS server: ${messageOf(error)}`, { cause: error });
  }
  return { text: [cert, key, ca].join("\0"), context };
}

/** OpenSSL passes over what is no certificate, and for an empty text Node takes all authorities that it knows. */
async function readAuthorities(path: string): Promise<string> {
  const pem = await readPem(path);
  const texts = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  try {
    if (texts.map((text) => new X509Certificate(text)).length > 0) return pem;
  } catch (error) {
    throw new AppError("invalid", `${path} holds no certificate of an authority: ${messageOf(error)}`, {
      cause: error,
    });
  }
  throw new AppError("invalid", `${path} holds no certificate of an authority: write its PEM there`);
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new AppError("invalid", `TLS file ${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
