import { secretText } from "@ptp/api";
import type { Logger } from "@ptp/kit";
import type { AuthorityNames } from "../authority/authority-names.ts";
import type { AuthorityWatch } from "../authority/authority-watch.ts";
import { readPair } from "../authority/certificate-text.ts";
import { isOwn } from "../own-labels.ts";
import type { ServedPair, ServingCertificate } from "./serving-certificate.ts";

/** What the certificate is read with. */
export interface SecretCertificateOptions {
  readonly watch: Pick<AuthorityWatch, "server" | "subscribe">;
  readonly names: AuthorityNames;
  readonly log: Logger;
}

/**
 * The certificate of the operator's own authority, as the leader keeps it in a Secret. One that cannot be used leaves
 * the one before in use: the leader replaces it.
 */
export function createSecretCertificate({ watch, names, log }: SecretCertificateOptions): ServingCertificate {
  const listeners = new Set<() => void>();
  let pair: ServedPair | undefined;
  let seen: unknown;
  let unsubscribe = () => {};
  const look = (): void => {
    const secret = watch.server();
    if (secret === seen || secret === undefined) return;
    seen = secret;
    const [cert, key] = [secretText(secret, "tls.crt") ?? "", secretText(secret, "tls.key") ?? ""];
    const authority = secretText(secret, "ca.crt") ?? "";
    if (cert === pair?.cert && key === pair.key) return;
    if (!isOwn(secret, names.prefix) || readPair(cert, key) === undefined) {
      log.warn("the TLS certificate stays the one before", { problem: `Secret ${names.server} holds no pair of ours` });
      return;
    }
    pair = { cert, key, ...(authority !== "" && { authority }) };
    for (const listener of listeners) listener();
  };
  return {
    name: "certificate in a Secret",
    start: async () => {
      unsubscribe = watch.subscribe(look);
      look();
    },
    stop: async () => unsubscribe(),
    current: () => pair,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
