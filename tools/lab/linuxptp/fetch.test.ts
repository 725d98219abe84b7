import assert from "node:assert/strict";
import { test } from "node:test";
import { directDependencies } from "./fetch.ts";

test("directDependencies keeps the libraries, first alternative only", () => {
  assert.deepEqual(directDependencies("libc6 (>= 2.38), libnettle8t64 | libnettle8, init-system-helpers (>= 1.5)\n"), [
    "libc6",
    "libnettle8t64",
  ]);
});
