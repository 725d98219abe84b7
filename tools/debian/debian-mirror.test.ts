import assert from "node:assert/strict";
import { test } from "node:test";
import { pickMirror } from "./debian-mirror.ts";

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
