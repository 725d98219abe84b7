import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createCertificateAuthority } from "./certificate-authority.ts";

test("an authority issues what the subject says, whatever its characters", async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "authority-"));
  t.after(() => rm(dir, { recursive: true }));
  const authority = await createCertificateAuthority(dir, "test-ca");
  const root = new X509Certificate(authority.certificatePem);
  assert.equal(root.ca, true);
  const subject = {
    commonName: String.raw`system:node:a/b+c\d=é`,
    organizations: ["system:nodes", "x y"],
    alternativeNames: ["IP:127.0.0.1", "DNS:localhost"],
  };
  const issued = await authority.issue("leaf", subject);
  const leaf = new X509Certificate(await readFile(issued.certificatePath));
  assert.equal(leaf.checkIssued(root), true);
  assert.equal(leaf.verify(root.publicKey), true);
  assert.equal(leaf.ca, false);
  const names = leaf.toLegacyObject().subject as unknown as Readonly<Record<string, unknown>>;
  assert.equal(names["CN"], subject.commonName);
  assert.deepEqual(names["O"], subject.organizations);
  assert.equal(leaf.subjectAltName, "IP Address:127.0.0.1, DNS:localhost");
});
