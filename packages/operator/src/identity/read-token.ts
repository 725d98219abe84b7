import { readTokenClaims } from "@ptp/kit";
import { unauthenticated, type Refusal } from "./review-of-token.ts";

/** Tokens of ServiceAccounts have about 1,500 characters. */
const longestToken = 8192;

/** What a token says of itself: proves nothing, but spares the API server what can only be refused. */
export interface ReadToken {
  readonly ok: true;
  readonly token: string;
  readonly expiresUnixMs: number;
}

/**
 * Reads the token of a call.
 *
 * @param values of the metadata `authorization`.
 */
export function readToken(
  values: readonly (string | Uint8Array)[],
  { audience, nowUnixMs }: { readonly audience: string; readonly nowUnixMs: number },
): Refusal | ReadToken {
  const [value] = values;
  const token = typeof value === "string" ? /^Bearer +([\w.~+/=-]+)$/i.exec(value)?.[1] : undefined;
  if (token === undefined || values.length > 1) {
    return unauthenticated("no-token", "no token: send metadata `authorization: Bearer <token>` once");
  }
  const claims = token.length > longestToken ? undefined : readTokenClaims(token);
  if (claims === undefined) {
    return unauthenticated("no-service-account-token", "the token is no ServiceAccount token: mount a projected one");
  }
  const { aud, exp } = claims;
  const audiences = (Array.isArray(aud) ? aud : [aud]).filter((each) => typeof each === "string");
  if (!audiences.includes(audience)) {
    const found = audiences.join(", ").slice(0, 200);
    const remedy = "set the audience of the projected volume";
    return unauthenticated(
      "wrong-audience",
      `the token is for audience ${found || "(none)"}, not ${audience}: ${remedy}`,
    );
  }
  const expiresUnixMs = typeof exp === "number" ? exp * 1000 : 0;
  if (!(expiresUnixMs > nowUnixMs)) {
    const date = new Date(Math.max(0, expiresUnixMs)).toISOString();
    return unauthenticated(
      "expired",
      `the token expired at ${date}: the agent must read its file again; if it did, compare the clocks of its node and ours`,
    );
  }
  return { ok: true, token, expiresUnixMs };
}
