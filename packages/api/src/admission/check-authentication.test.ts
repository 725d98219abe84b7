import assert from "node:assert/strict";
import { test } from "node:test";
import type { SecretDocument } from "../documents/secret.ts";
import { toText } from "../findings/finding.ts";
import { ptpConfigWith } from "../testing/ptp-config.ts";
import { admitPtpConfig } from "./admit-ptp-config.ts";
import { parseSaFile } from "./check-authentication.ts";

const keyFile = "[security_association]\nspp 0\n1 AES128 HEX:00\n# spp 9\n[security_association]\n SPP 1\n";

function secret(namespace?: string): SecretDocument {
  const metadata = namespace === undefined ? { name: "keys" } : { name: "keys", namespace };
  return { apiVersion: "v1", kind: "Secret", metadata, stringData: { "sa.conf": keyFile } };
}

function errors(conf: string, secrets?: readonly SecretDocument[]): readonly string[] {
  const context = secrets === undefined ? {} : { secrets };
  return admitPtpConfig(ptpConfigWith({ ptp4lConf: conf }), context).errors.map(toText);
}

const global = "[global]\nspp -1\nsa_file /etc/ptp-secret-mount/keys/sa.conf\n";

test("a port with a known security association is admitted", () => {
  assert.deepEqual(errors(`${global}[ens1f0]\nspp 1\n[ens1f1]\nspp 0\n`, [secret("lab")]), []);
});

test("the Secret is looked up in the namespace of the object, not in a fixed one", () => {
  assert.deepEqual(errors(`${global}[ens1f0]\nspp 1\n`, [secret("openshift-ptp")]), [
    'spec.profile[0].ptp4lConf:3: sa_file has invalid secret name "keys": ' +
      "no such Secret in namespace lab; create it",
  ]);
  assert.equal(errors(`${global}[ens1f0]\nspp 1\n`, [secret()]).length, 1);
});

test("while the Secrets are not known only the text is judged", () => {
  assert.deepEqual(errors(`${global}[ens1f0]\nspp 7\n`), []);
  assert.deepEqual(errors(`${global}[ens1f0]\nmasterOnly 1\n`), [
    "spec.profile[0].ptp4lConf:4: section [ens1f0] must have spp configured, because [global] has sa_file",
  ]);
});

test("a missing key and an association the file lacks are told with what there is", () => {
  assert.deepEqual(errors("[global]\nsa_file /etc/ptp-secret-mount/keys/other\n[e]\nspp 1\n", [secret("lab")]), [
    'spec.profile[0].ptp4lConf:2: sa_file names key "other", which Secret lab/keys does not have; its keys: sa.conf',
  ]);
  assert.deepEqual(errors(`${global}[ens1f0]\nspp 9\n`, [secret("lab")]), [
    'spec.profile[0].ptp4lConf:5: section [ens1f0] uses spp 9, which Secret "keys" does not define; it has: 0, 1',
  ]);
});

test("a repeated section counts as one port", () => {
  assert.deepEqual(errors(`${global}[e]\nmasterOnly 1\n[e]\nspp 1\n`, [secret("lab")]), []);
});

test("sections that are no ports need no spp", () => {
  assert.deepEqual(
    errors(`${global}[unicast_master_table]\ntable_id 1\nUDPv4 10.0.0.1\n[e]\nspp 1\n`, [secret("lab")]),
    [],
  );
});

test("only a Secret and a key name a file", () => {
  assert.deepEqual(parseSaFile("/etc/ptp-secret-mount/a/b"), { secretName: "a", key: "b" });
  const others = ["/etc/x", "/etc/ptp-secret-mount/", "/etc/ptp-secret-mount/a", "/etc/ptp-secret-mount/a/", "", "a/b"];
  for (const path of [
    ...others,
    "/etc/ptp-secret-mount//b",
    "/etc/ptp-secret-mount/a/b/c",
    "/etc/ptp-secret-mount/../b",
    "/etc/ptp-secret-mount/a/..",
  ]) {
    assert.equal(parseSaFile(path), undefined, path);
  }
});
