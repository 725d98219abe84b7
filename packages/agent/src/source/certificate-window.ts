import { isIP } from "node:net";
import { connect, type DetailedPeerCertificate } from "node:tls";

/** A certificate whose time does not include now. */
export interface CertificateWindow {
  readonly subject: string;
  /** As the certificate writes them. */
  readonly validFrom: string;
  readonly validTo: string;
}

const limitMs = 3_000;

/**
 * Asks a server for its certificates without trusting them, to tell which one is not valid at `nowUnixMs`. Nothing is sent
 * to it. Undefined if it does not answer, or all are valid.
 */
export function certificateWindow(address: string, nowUnixMs: number): Promise<CertificateWindow | undefined> {
  const { promise, resolve } = Promise.withResolvers<CertificateWindow | undefined>();
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, "$1");
  const socket = connect({
    host,
    port: Number(address.slice(colon + 1)),
    ...(isIP(host) === 0 && { servername: host }),
    ALPNProtocols: ["h2"],
    rejectUnauthorized: false,
  });
  socket.setTimeout(limitMs, () => socket.destroy());
  socket.on("error", () => resolve(undefined));
  socket.once("close", () => resolve(undefined));
  socket.once("secureConnect", () => {
    resolve(outOfTime(socket.getPeerCertificate(true), nowUnixMs));
    socket.destroy();
  });
  return promise;
}

function outOfTime(leaf: DetailedPeerCertificate, nowUnixMs: number): CertificateWindow | undefined {
  const seen = new Set<string>();
  let current: DetailedPeerCertificate | undefined = leaf;
  // The last one is its own issuer.
  while (current?.fingerprint256 !== undefined && !seen.has(current.fingerprint256)) {
    seen.add(current.fingerprint256);
    const { valid_from: validFrom, valid_to: validTo, subject } = current;
    if (nowUnixMs < Date.parse(validFrom) || nowUnixMs > Date.parse(validTo)) {
      return { subject: [subject.CN ?? "?"].flat().join(", "), validFrom, validTo };
    }
    current = current.issuerCertificate;
  }
  return undefined;
}
