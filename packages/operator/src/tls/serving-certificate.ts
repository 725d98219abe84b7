import type { Part } from "@ptp/kit";

/** A certificate chain with its key, PEM, as TLS servers take it. */
export interface ServedPair {
  readonly cert: string;
  readonly key: string;
  /** Authorities that others are told to trust, as far as this process knows them; not sent to anybody. */
  readonly authority?: string;
}

/** The certificate that a replica shows to agents and API server. */
export interface ServingCertificate extends Part {
  /** Undefined until there is one. The same value until it changes. */
  current(): ServedPair | undefined;
  /** Calls back after it changed; returns the way to stop it. */
  subscribe(listener: () => void): () => void;
}
