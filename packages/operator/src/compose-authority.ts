import type { ApiClient, LeaderElection } from "@ptp/cluster";
import type { Logger, Part } from "@ptp/kit";
import { createAuthority } from "./authority/authority.ts";
import { authorityNames } from "./authority/authority-names.ts";
import { createAuthorityWatch } from "./authority/authority-watch.ts";
import { createGivenBundle } from "./authority/given-bundle.ts";
import type { ClusterOptions } from "./options.ts";
import { createFileCertificate } from "./tls/file-certificate.ts";
import { createSecretCertificate } from "./tls/secret-certificate.ts";
import type { ServingCertificate } from "./tls/serving-certificate.ts";

/** What the certificate comes from. */
export interface AuthorityPlace {
  readonly options: Pick<ClusterOptions, "namespace" | "operatorName" | "tls" | "webhook" | "listen">;
  readonly client: ApiClient;
  readonly election: LeaderElection | undefined;
  readonly log: Logger;
}

/** The certificate that is shown, and the parts that keep it and tell agents whom to trust; start them before its users. */
export interface ComposedAuthority {
  readonly certificate: ServingCertificate;
  readonly parts: readonly Part[];
}

/** The certificate by the files that were given, else by an authority of the operator's own; nothing where no TLS is. */
export function composeAuthority({ options, client, election, log }: AuthorityPlace): ComposedAuthority {
  const { namespace, operatorName, tls, webhook, listen } = options;
  const names = authorityNames(operatorName, namespace);
  const isLeader = election === undefined ? {} : { election };
  if (tls !== undefined) {
    const certificate = createFileCertificate({ ...tls, log });
    const { caPath } = tls;
    const told = caPath === undefined ? [] : [createGivenBundle({ client, caPath, names, log, ...isLeader })];
    return { certificate, parts: [certificate, ...told] };
  }
  const watch = createAuthorityWatch({ client, log, names, hasWebhook: webhook !== undefined });
  const certificate = createSecretCertificate({ watch, names, log });
  const authority = createAuthority({ client, watch, names, log, nowUnixMs: Date.now, ...isLeader });
  const isUsed = listen !== undefined || webhook !== undefined;
  return { certificate, parts: isUsed ? [watch, certificate, authority] : [] };
}
