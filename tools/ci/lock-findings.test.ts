import assert from "node:assert/strict";
import { test } from "node:test";
import { join } from "node:path";
import { checkLock } from "./check-lock.ts";
import { lockFindings } from "./lock-findings.ts";

const good = { version: "1.2.3", integrity: "sha512-x" };

test("lockFindings accepts exact versions that the lock file has", () => {
  const manifest = { dependencies: { a: "1.2.3" }, devDependencies: { "@x/b": "4.5.6-rc.1" } };
  const findings = lockFindings({ "": manifest }, { "": manifest, "node_modules/a": good, "node_modules/@x/b": good });
  assert.deepEqual(findings, []);
});

test("lockFindings names a range, a missing package and a package not locked", () => {
  const findings = lockFindings(
    { "": { dependencies: { a: "^1.2.3" } }, "packages/new": {}, "packages/p": { dependencies: { c: "1.0.0" } } },
    { "": { dependencies: { a: "^1.2.3" } }, "packages/p": {} },
  );
  assert.deepEqual(findings, [
    'package.json: dependencies: a is "^1.2.3": pin an exact version',
    'packages/new/package.json: not in package-lock.json: run "npm install"',
    'packages/p/package.json: dependencies: c differs from package-lock.json: run "npm install"',
  ]);
});

test("lockFindings wants hashes and no registry hosts", () => {
  const findings = lockFindings(
    {},
    {
      "node_modules/a": { version: "1.0.0" },
      "node_modules/b": { ...good, resolved: "https://registry.example/b.tgz" },
      "node_modules/@ptp/ptp": { link: true, resolved: "packages/ptp" },
    },
  );
  assert.deepEqual(findings, [
    "package-lock.json: node_modules/a: no integrity hash",
    'package-lock.json: node_modules/b: names a registry host ("resolved")',
  ]);
});

test("checkLock finds nothing wrong in this repository", () => {
  assert.deepEqual(checkLock(join(import.meta.dirname, "../..")), []);
});
