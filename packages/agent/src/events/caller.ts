import type { TokenVerdict } from "@ptp/node";

/** Who makes a request. */
export interface Caller {
  /** Address of the other end. */
  readonly address: string;
  /** Subject of its client certificate, verified. */
  readonly certificate?: string;
  /** Whom its bearer token names, verified. */
  readonly subject?: string;
}

/** What a bearer token is worth here; reasons are for people. */
export type TokenCheck =
  | TokenVerdict
  /** It is valid, but names somebody who may not change subscriptions. */
  | { readonly kind: "forbidden"; readonly reason: string };

/** Checks bearer tokens, by asking the cluster through agent and operator. */
export interface TokenVerifier {
  /** Settles within seconds and never rejects; `address`: who brings it. */
  verify(token: string, address: string): Promise<TokenCheck>;
}

/** Name under which subscriptions of a caller are kept: the best that is known of it. */
export function ownerOf({ subject, certificate, address }: Caller): string {
  if (subject !== undefined) return `subject ${subject}`;
  return certificate === undefined ? `address ${address}` : `certificate ${certificate}`;
}

/** The token of an `Authorization` header. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer +([\w.~+/=-]{1,16384})$/i.exec(header ?? "")?.[1];
}
