/** What a token says of itself, of any type: nobody has proven it. */
export interface TokenClaims {
  /** Audience or audiences. */
  readonly aud?: unknown;
  /** End, in seconds since 1970. */
  readonly exp?: unknown;
}

/** The claims of a JSON Web Token (RFC 7519) as they are written, its signature unseen; undefined: it is none. */
export function readTokenClaims(token: string): TokenClaims | undefined {
  const [, payload, signature] = token.split(".");
  if (payload === undefined || signature === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString());
    return typeof claims === "object" && claims !== null ? claims : undefined;
  } catch {
    return undefined;
  }
}
