import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mock, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { SecretDocument } from "@ptp/api";
import { captureLogger, silentLogger } from "@ptp/kit";
import { authorityNames } from "../authority/authority-names.ts";
import { serverSecret } from "../authority/authority-objects.ts";
import { issueAuthority, issueServerCertificate } from "../authority/issue-certificate.ts";
import { Registry } from "prom-client";
import { tellExpiry } from "./certificate-metrics.ts";
import { createFileCertificate } from "./file-certificate.ts";
import { createSecretCertificate } from "./secret-certificate.ts";
import type { ServedPair } from "./serving-certificate.ts";

const names = authorityNames("p", "ns");
const validity = { notBeforeMs: Date.now() - 1000, notAfterMs: Date.now() + 3_600_000 };
const authority = issueAuthority("a", validity);
const make = () => issueServerCertificate(names.dnsNames, validity, authority);
const signal = new AbortController().signal;

test("of a Secret the newest usable pair is shown; what cannot be used changes nothing", async () => {
  let secret: SecretDocument | undefined;
  let tell = () => {};
  const warnings: string[] = [];
  const certificate = createSecretCertificate({
    watch: { server: () => secret, subscribe: (listener) => ((tell = listener), () => {}) },
    names,
    log: captureLogger((_, message) => void warnings.push(message)),
  });
  let changes = 0;
  certificate.subscribe(() => (changes += 1));
  await certificate.start(signal);
  assert.equal(certificate.current(), undefined);
  const [first, second] = [make(), make()];
  const set = (next: SecretDocument | undefined): void => {
    secret = next;
    tell();
  };
  set(serverSecret(first, "", names));
  assert.deepEqual(certificate.current(), { cert: first.certPem, key: first.keyPem });
  set(serverSecret({ certPem: second.certPem, keyPem: first.keyPem }, "", names));
  set(undefined);
  const ours = serverSecret(second, authority.certPem, names);
  set({ ...ours, metadata: { name: "p-tls", namespace: "ns" } });
  assert.deepEqual([changes, certificate.current()?.cert], [1, first.certPem]);
  assert.equal(warnings.length, 2);
  set(ours);
  assert.equal(changes, 2);
  assert.deepEqual(certificate.current(), {
    cert: second.certPem,
    key: second.keyPem,
    authority: authority.certPem,
  });
});

test("files are read again; a pair that is just being replaced leaves the one before", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "tls-"));
  t.after(() => rm(folder, { recursive: true }));
  const [certPath, keyPath] = [join(folder, "tls.crt"), join(folder, "tls.key")];
  mock.timers.enable({ apis: ["setInterval"] });
  t.after(() => mock.timers.reset());
  const certificate = createFileCertificate({ certPath, keyPath, log: silentLogger });
  await assert.rejects(certificate.start(signal), {
    kind: "invalid",
    message: /--tls-cert and --tls-key cannot be used: ENOENT/,
  });
  const [first, second] = [make(), make()];
  await Promise.all([writeFile(certPath, first.certPem), writeFile(keyPath, second.keyPem)]);
  await assert.rejects(certificate.start(signal), { kind: "invalid", message: /cannot be used/ });
  await writeFile(keyPath, first.keyPem);
  const changed: (string | undefined)[] = [];
  certificate.subscribe(() => changed.push(certificate.current()?.cert));
  await certificate.start(signal);
  t.after(() => certificate.stop());
  const settle = async (): Promise<void> => {
    mock.timers.tick(60_000);
    for (let turn = 0; turn < 50; turn += 1) await setImmediate();
  };
  await writeFile(certPath, second.certPem);
  await settle();
  await writeFile(keyPath, second.keyPem);
  while (changed.length < 2) await settle();
  assert.deepEqual(changed, [first.certPem, second.certPem]);
});

/** Reads the ends that a registry tells, of certificate and authority, in seconds since 1970. */
function watchEnds() {
  const registry = new Registry();
  let current: ServedPair | undefined;
  tellExpiry(registry, { current: () => current });
  return async (pair: ServedPair | undefined) => {
    current = pair;
    const text = await registry.metrics();
    const told = (what: string) =>
      new RegExp(`^ptp_operator_${what}_expiry_timestamp_seconds (\\d+)$`, "m").exec(text)?.[1];
    return [told("certificate"), told("authority")];
  };
}

const endOf = ({ notAfterMs }: typeof validity): string => String(Math.floor(notAfterMs / 1000));

test("the end of what is shown is told; nothing while there is none", async () => {
  const ends = watchEnds();
  const { certPem: cert, keyPem: key } = make();
  assert.deepEqual(await ends(undefined), [undefined, undefined]);
  assert.deepEqual(await ends({ cert, key }), [endOf(validity), undefined]);
  assert.deepEqual(await ends(undefined), [undefined, undefined]);
});

test("of the authorities the end of the one that signed is told, and of a chain that of the last", async () => {
  const ends = watchEnds();
  const [longer, longest] = [2, 3].map((times) => ({ ...validity, notAfterMs: validity.notAfterMs * times }));
  assert.ok(longer && longest);
  const [next, signer] = [issueAuthority("n", longest), issueAuthority("s", longer)];
  const { certPem: cert, keyPem: key } = issueServerCertificate(names.dnsNames, validity, signer);
  const pair = { cert, key };
  assert.deepEqual(await ends({ ...pair, authority: next.certPem + signer.certPem }), [endOf(validity), endOf(longer)]);
  const others = authority.certPem + next.certPem;
  assert.deepEqual(await ends({ ...pair, authority: others }), [endOf(validity), endOf(longest)]);
  assert.deepEqual(await ends({ ...pair, authority: "no certificate" }), [endOf(validity), undefined]);
});
