import assert from "node:assert/strict";
import { test } from "node:test";
import { upstreamRelease } from "./upstream-release.ts";

test("upstreamRelease drops epoch and Debian revision", () => {
  assert.equal(upstreamRelease("4.2-1+deb13u1"), "4.2");
  assert.equal(upstreamRelease("3.1.1-4+b2"), "3.1.1");
  assert.equal(upstreamRelease("1:4.4~rc-2-3"), "4.4~rc-2");
});
