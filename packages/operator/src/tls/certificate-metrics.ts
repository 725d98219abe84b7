import { X509Certificate } from "node:crypto";
import { Gauge, type Registry } from "prom-client";
import type { ServingCertificate } from "./serving-certificate.ts";

/** Tells, in a registry, until when the certificate that is shown is valid; nothing while there is none. */
export function tellExpiry(registry: Registry, certificate: Pick<ServingCertificate, "current">): void {
  const gauge: Gauge = new Gauge({
    name: "ptp_operator_certificate_expiry_timestamp_seconds",
    help: "End of the certificate that agents and the API server see, in seconds since 1970.",
    registers: [registry],
    collect: () => {
      const pair = certificate.current();
      if (pair === undefined) gauge.remove();
      else gauge.set(new X509Certificate(pair.cert).validToDate.getTime() / 1000);
    },
  });
}
