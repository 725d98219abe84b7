import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { objectIdentifier, time, unsignedInteger } from "./der.ts";
import { issueAuthority, issueServerCertificate } from "./issue-certificate.ts";

const dayMs = 86_400_000;
const nowMs = Date.parse("2026-11-21T12:00:00Z");
const validity = { notBeforeMs: nowMs - dayMs, notAfterMs: nowMs + 90 * dayMs };
const names = ["ptp-operator.ns.svc", "ptp-operator-webhook.ns.svc"];

test("what is issued reads as what was asked for", () => {
  const authority = issueAuthority("ptp-operator.ns 1a2b", validity);
  const server = issueServerCertificate(names, validity, authority);
  const [ca, leaf] = [new X509Certificate(authority.certPem), new X509Certificate(server.certPem)];
  assert.deepEqual([ca.subject, ca.issuer, ca.ca], ["CN=ptp-operator.ns 1a2b", "CN=ptp-operator.ns 1a2b", true]);
  assert.deepEqual([leaf.issuer, leaf.ca], [ca.subject, false]);
  assert.equal(leaf.subjectAltName, names.map((name) => `DNS:${name}`).join(", "));
  assert.deepEqual(leaf.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
  assert.deepEqual([leaf.validFromDate.getTime(), leaf.validToDate.getTime()], Object.values(validity));
  assert.ok(ca.verify(ca.publicKey) && leaf.verify(ca.publicKey) && leaf.checkIssued(ca));
  assert.ok(!leaf.verify(new X509Certificate(issueAuthority("x", validity).certPem).publicKey));
  assert.equal(leaf.checkHost("ptp-operator.ns.svc"), "ptp-operator.ns.svc");
  assert.equal(leaf.checkHost("ptp-operator.other.svc"), undefined);
});

test("openssl accepts the chain with its strictest checks, also among authorities of one name", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "issue-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const [old, authority] = [issueAuthority("same", validity), issueAuthority("same", validity)];
  const server = issueServerCertificate(names, validity, authority);
  writeFileSync(join(directory, "ca.crt"), old.certPem + authority.certPem);
  writeFileSync(join(directory, "leaf.crt"), server.certPem);
  const at = ["-attime", String(nowMs / 1000), "-x509_strict", "-check_ss_sig", "-purpose", "sslserver"];
  const words = ["verify", ...at, "-verify_hostname", "ptp-operator.ns.svc", "-CAfile", "ca.crt", "leaf.crt"];
  assert.equal(execFileSync("openssl", words, { cwd: directory, encoding: "utf8" }), "leaf.crt: OK\n");
});

test("the encodings that have two forms", () => {
  assert.deepEqual(time(Date.parse("2049-12-31T23:59:59Z")).toString("latin1").slice(2), "491231235959Z");
  assert.deepEqual(time(Date.parse("2050-01-01T00:00:00Z")).toString("latin1").slice(2), "20500101000000Z");
  assert.equal(unsignedInteger(Buffer.from([0, 0, 0x80])).toString("hex"), "02020080");
  assert.equal(unsignedInteger(Buffer.from([0])).toString("hex"), "020100");
  assert.equal(objectIdentifier("1.2.840.10045.4.3.2").toString("hex"), "06082a8648ce3d040302");
});
