import assert from "node:assert/strict";
import { test } from "node:test";
import type { SecretDocument } from "@ptp/api";
import { ownLabels } from "../own-labels.ts";
import { authorityNames } from "./authority-names.ts";
import {
  bundleConfigMap,
  keysSecret,
  readAuthority,
  serverSecret,
  stateOf,
  type AuthorityObjects,
} from "./authority-objects.ts";
import { readPair } from "./certificate-text.ts";
import { issueAuthority, issueServerCertificate } from "./issue-certificate.ts";
import { defaultPeriods, nextStep } from "./next-step.ts";

const names = authorityNames("ptp-operator", "ns");
const nowMs = Date.parse("2026-11-21T12:00:00Z");
const validity = { notBeforeMs: nowMs - 86_400_000, notAfterMs: nowMs + 60 * 86_400_000 };

function pair(name: string) {
  const { certPem, keyPem } = issueAuthority(name, validity);
  const read = readPair(certPem, keyPem);
  assert.ok(read);
  return read;
}

const [current, next, past] = [pair("current"), pair("next"), pair("past")];
const server = issueServerCertificate(names.dnsNames, validity, current);
const keys = keysSecret({ current, next, previous: [past], promotedAtMs: nowMs }, names);
const whole: AuthorityObjects = {
  keys,
  server: serverSecret(server, current.pem, names),
  bundle: bundleConfigMap(current.pem + next.pem + past.pem, nowMs, names),
};
const step = (objects: Partial<AuthorityObjects>) =>
  nextStep(stateOf(readAuthority({ ...whole, ...objects }, names)), nowMs, defaultPeriods).type;

test("what is written is read again", () => {
  assert.deepEqual(stateOf(readAuthority(whole, names)), {
    current: current.facts,
    next: next.facts,
    previous: [past.facts],
    promotedAtMs: nowMs,
    bundle: { ids: [current, next, past].map(({ facts }) => facts.id), sinceMs: nowMs },
    server: { ...validity, issuerId: current.facts.id },
  });
  assert.equal(step({}), "wait");
});

test("nothing there, and each object lost", () => {
  assert.equal(step({ keys: undefined, server: undefined, bundle: undefined }), "found");
  assert.equal(step({ server: undefined }), "issue");
  assert.equal(step({ bundle: undefined }), "publish");
  const lost = readAuthority({ ...whole, keys: undefined }, names);
  assert.deepEqual(stateOf(lost).previous, [current.facts], "of all that was told only what signed what is shown");
  const alone = readAuthority({ ...whole, keys: undefined, bundle: undefined }, names);
  assert.deepEqual(stateOf(alone).previous, [current.facts], "told by the Secret of the certificate");
});

test("damage counts as loss: broken text, a key of another, a certificate for other names", () => {
  const damage = (object: SecretDocument | undefined, key: string, text: string) =>
    ({ ...object, data: { ...object?.data, [key]: Buffer.from(text).toString("base64") } }) as SecretDocument;
  assert.equal(step({ server: damage(whole.server, "tls.crt", "-----BEGIN") }), "issue");
  assert.equal(step({ server: damage(whole.server, "tls.key", past.keyPem) }), "issue");
  assert.equal(step({ server: { ...keys, data: { "tls.crt": "!" } } }), "issue");
  const narrow = issueServerCertificate(names.dnsNames.slice(1), validity, current);
  assert.equal(step({ server: serverSecret(narrow, current.pem, names) }), "issue");
  const foreign = issueServerCertificate(names.dnsNames, validity, past);
  const stranger = serverSecret(foreign, "", names);
  assert.equal(
    step({ server: stranger, keys: keysSecret({ ...readAuthority(whole, names), previous: [] }, names) }),
    "issue",
  );
  const broken = readAuthority({ ...whole, keys: damage(keys, "ca.key", next.keyPem) }, names);
  assert.deepEqual([broken.current, stateOf(broken).previous], [undefined, [past.facts, current.facts]]);
  for (const text of [`${current.pem}x`, "", current.pem.slice(0, 300)]) {
    assert.equal(step({ bundle: bundleConfigMap(text, nowMs, names) }), "publish", text);
  }
});

test("a ConfigMap of somebody else is an error too, not overwritten", () => {
  const { labels: _, ...metadata } = bundleConfigMap(current.pem, nowMs, names).metadata;
  const foreign = { ...bundleConfigMap(current.pem, nowMs, names), metadata };
  assert.throws(() => readAuthority({ ...whole, bundle: foreign }, names), {
    kind: "invalid",
    message: /^ConfigMap .*\/ptp-operator-agent-ca was not made by this operator.*rename or delete it$/,
  });
});

test("a Secret of somebody else is an error that names it, and what to do", () => {
  for (const [key, name] of [
    ["keys", "ptp-operator-ca"],
    ["server", "ptp-operator-tls"],
  ] as const) {
    for (const labels of [
      undefined,
      { "app.kubernetes.io/managed-by": "ptp-operator" },
      { ...ownLabels(names.prefix), "app.kubernetes.io/instance": "x" },
    ]) {
      const metadata = { name, namespace: "ns", ...(labels && { labels }) };
      const objects = { ...whole, [key]: { ...whole[key], metadata } };
      assert.throws(() => readAuthority(objects, names), {
        kind: "invalid",
        message: new RegExp(`^Secret ns/${name} was not`),
      });
    }
  }
});
