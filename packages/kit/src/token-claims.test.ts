import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readTokenClaims } from "./token-claims.ts";

const encode = (payload: string): string => `head.${Buffer.from(payload).toString("base64url")}.sign`;

test("readTokenClaims: what the middle part says", () => {
  assert.deepEqual(readTokenClaims(encode('{"aud":["a"],"exp":7}')), { aud: ["a"], exp: 7 });
  for (const payload of ["", "{", "null", "7", '"text"']) assert.equal(readTokenClaims(encode(payload)), undefined);
  assert.equal(readTokenClaims(encode("{}").replace(".sign", "")), undefined, "without a signature");
});

test("readTokenClaims: any text is taken", () => {
  fc.assert(fc.property(fc.string(), (text) => void readTokenClaims(text)));
});
