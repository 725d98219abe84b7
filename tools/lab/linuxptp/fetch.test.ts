import assert from "node:assert/strict";
import { test } from "node:test";
import { pickMirror } from "./debian-mirror.ts";
import { directDependencies, upstreamRelease } from "./fetch.ts";

test("pickMirror takes the archive of the machine's own suite and no security archive", () => {
  const targets = [
    "main bookworm-security http://mirror.example/debian-security/",
    "main other http://elsewhere.example/debian",
    "main bookworm http://mirror.example/debian/",
    "contrib bookworm http://wrong.example/debian/",
    "",
  ].join("\n");
  assert.equal(pickMirror(targets, "bookworm"), "http://mirror.example/debian/");
  assert.equal(pickMirror(targets, "trixie"), "http://elsewhere.example/debian");
});

test("pickMirror finds nothing where no Debian archive is configured", () => {
  assert.equal(pickMirror("main noble http://mirror.example/ubuntu/\n", "noble"), undefined);
  assert.equal(pickMirror("", "bookworm"), undefined);
});

test("upstreamRelease drops epoch and Debian revision", () => {
  assert.equal(upstreamRelease("4.2-1+deb13u1"), "4.2");
  assert.equal(upstreamRelease("3.1.1-4+b2"), "3.1.1");
  assert.equal(upstreamRelease("1:4.4~rc-2-3"), "4.4~rc-2");
});

test("directDependencies keeps the libraries, first alternative only", () => {
  assert.deepEqual(directDependencies("libc6 (>= 2.38), libnettle8t64 | libnettle8, init-system-helpers (>= 1.5)\n"), [
    "libc6",
    "libnettle8t64",
  ]);
});
