import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { isDeepStrictEqual } from "node:util";
import { AppError, messageOf, type Logger } from "@ptp/kit";
import type { ServedPair, ServingCertificate } from "./serving-certificate.ts";

/** Which files (PEM). */
export interface FileCertificateOptions {
  readonly certPath: string;
  readonly keyPath: string;
  /** Authorities that others are told to trust; only looked at, for metrics. */
  readonly caPath?: string;
  readonly log: Logger;
}

/** A renewed certificate is used after this time at the latest. */
const rereadMs = 60_000;

/** A certificate in files, read again every minute. `start` throws AppError invalid if it cannot be read or used. */
export function createFileCertificate(options: FileCertificateOptions): ServingCertificate {
  const listeners = new Set<() => void>();
  let pair: ServedPair | undefined;
  let timer: NodeJS.Timeout | undefined;
  const reread = async (): Promise<void> => {
    try {
      const now = await read(options);
      if (isDeepStrictEqual(now, pair)) return;
      pair = now;
      for (const listener of listeners) listener();
    } catch (error) {
      // A pair that does not fit is just being replaced.
      options.log.warn("the TLS certificate stays the one before", { problem: messageOf(error) });
    }
  };
  return {
    name: "certificate in files",
    start: async () => {
      pair = await read(options);
      for (const listener of listeners) listener();
      timer = setInterval(() => void reread(), rereadMs).unref();
    },
    stop: async () => clearInterval(timer),
    current: () => pair,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

async function read({ certPath, keyPath, caPath }: FileCertificateOptions): Promise<ServedPair> {
  try {
    const [cert, key] = await Promise.all([readFile(certPath, "utf8"), readFile(keyPath, "utf8")]);
    createSecureContext({ cert, key });
    // Who needs the authority reads it by itself, and says what is wrong with it.
    const authority = caPath === undefined ? "" : await readFile(caPath, "utf8").catch(() => "");
    return { cert, key, ...(authority !== "" && { authority }) };
  } catch (error) {
    throw new AppError("invalid", `--tls-cert and --tls-key cannot be used: ${messageOf(error)}`, { cause: error });
  }
}
