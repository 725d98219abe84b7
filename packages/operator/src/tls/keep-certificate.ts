import type { Server } from "node:tls";
import { messageOf, type Logger } from "@ptp/kit";
import type { ServingCertificate } from "./serving-certificate.ts";

/**
 * Makes a TLS server show the certificate, and each that follows, to those who connect from then on. Connections that
 * are open stay as they are. Returns the way to stop it.
 */
export function keepCertificate(server: Server, certificate: ServingCertificate, log: Logger): () => void {
  const show = (): void => {
    const pair = certificate.current();
    if (pair === undefined) return;
    try {
      const { cert, key } = pair;
      server.setSecureContext({ cert, key, minVersion: "TLSv1.3" });
    } catch (error) {
      log.warn("the TLS certificate stays the one before", { problem: messageOf(error) });
    }
  };
  show();
  return certificate.subscribe(show);
}
