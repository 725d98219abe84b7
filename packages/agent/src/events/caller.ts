/** Who makes a request. */
export interface Caller {
  /** Address of the other end. */
  readonly address: string;
  /** Subject of its client certificate, verified. */
  readonly certificate?: string;
  /** Whom its bearer token names, verified. */
  readonly subject?: string;
}

/** Checks bearer tokens, such as by asking the cluster through the operator. */
export interface TokenVerifier {
  /** Whom a token names; undefined where it is not valid. */
  verify(token: string): Promise<string | undefined>;
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
