import { createPrivateKey, X509Certificate } from "node:crypto";
import type { CertificatePair } from "./issue-certificate.ts";
import type { AuthorityFacts } from "./next-step.ts";

/** A certificate that could be read. */
export interface ReadCertificate {
  /** As this project writes it: one block, a line break at its end. */
  readonly pem: string;
  readonly facts: AuthorityFacts;
  readonly certificate: X509Certificate;
}

const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates in a text, in order; what cannot be read is left out. */
export function readCertificates(text: string): readonly ReadCertificate[] {
  return (text.match(block) ?? []).flatMap((pem) => readCertificate(`${pem}\n`) ?? []);
}

/** A certificate with the key that fits it; undefined if either cannot be read, or they do not fit. */
export function readPair(certPem: string, keyPem: string): (ReadCertificate & CertificatePair) | undefined {
  const [read] = readCertificates(certPem);
  try {
    return read?.certificate.checkPrivateKey(createPrivateKey(keyPem)) === true
      ? { ...read, certPem: read.pem, keyPem }
      : undefined;
  } catch {
    return undefined;
  }
}

function readCertificate(pem: string): ReadCertificate | undefined {
  try {
    const certificate = new X509Certificate(pem);
    const facts = {
      id: certificate.fingerprint256,
      notBeforeMs: certificate.validFromDate.getTime(),
      notAfterMs: certificate.validToDate.getTime(),
    };
    return { pem, facts, certificate };
  } catch {
    return undefined;
  }
}
