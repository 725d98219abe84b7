import { X509Certificate } from "node:crypto";
import { Gauge, type Registry } from "prom-client";
import { readCertificates } from "../authority/certificate-text.ts";
import type { ServedPair, ServingCertificate } from "./serving-certificate.ts";

/** Tells, in a registry, until when the certificate that is shown and its authority are valid; nothing while there is none. */
export function tellExpiry(registry: Registry, certificate: Pick<ServingCertificate, "current">): void {
  endGauge(registry, {
    name: "ptp_operator_certificate_expiry_timestamp_seconds",
    help: "End of the certificate that agents and the API server see, in seconds since 1970.",
    endMs: () => endOfCertificate(certificate.current()),
  });
  endGauge(registry, {
    name: "ptp_operator_authority_expiry_timestamp_seconds",
    help: "End of the authority of the certificate that agents and the API server see, in seconds since 1970.",
    endMs: () => endOfAuthority(certificate.current()),
  });
}

interface EndGauge {
  readonly name: string;
  readonly help: string;
  readonly endMs: () => number | undefined;
}

function endGauge(registry: Registry, { name, help, endMs }: EndGauge): void {
  const gauge: Gauge = new Gauge({
    name,
    help,
    registers: [registry],
    collect: () => {
      const timeMs = endMs();
      if (timeMs === undefined) gauge.remove();
      else gauge.set(timeMs / 1000);
    },
  });
}

function endOfCertificate(pair: ServedPair | undefined): number | undefined {
  return pair && new X509Certificate(pair.cert).validToDate.getTime();
}

/** Of several it is the one that signed; where none did by itself (a chain), nobody trusts after the last has ended. */
function endOfAuthority(pair: ServedPair | undefined): number | undefined {
  const trusted = readCertificates(pair?.authority ?? "");
  if (pair === undefined || trusted.length === 0) return undefined;
  const shown = new X509Certificate(pair.cert);
  const signers = trusted.filter(({ certificate }) => shown.checkIssued(certificate));
  return Math.max(...(signers.length > 0 ? signers : trusted).map(({ facts }) => facts.notAfterMs));
}
