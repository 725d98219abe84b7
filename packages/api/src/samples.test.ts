import assert from "node:assert/strict";
import { test } from "node:test";
import { admitHardwareConfig } from "./admission/admit-hardware-config.ts";
import { admitPtpConfig } from "./admission/admit-ptp-config.ts";
import { admitPtpOperatorConfig } from "./admission/admit-ptp-operator-config.ts";
import type { DocumentReading } from "./documents/document-reading.ts";
import { readDocuments } from "./documents/read-documents.ts";
import { toText } from "./findings/finding.ts";
import type { Finding } from "./findings/finding.ts";
import type { PtpConfig } from "./gen/types.ts";
import { listShared, readSharedDocuments, skipWithoutShared } from "./testing/shared-files.ts";

const folder = "data/operator";

/** Files of the folder that hold no custom resource, and what they are instead. */
const notCustomResources: Readonly<Record<string, string>> = {
  "certs.yaml": "certificates of cert-manager",
  "cfg1.yaml": "settings of the conformance suite",
  "cfg2.yaml": "settings of the conformance suite",
  "kind-config.yaml": "a kind cluster",
  "kind-webhook-ca-patch.yaml": "a patch of a webhook configuration",
  "ptp-security.conf": "a key file of linuxptp",
  "ptpswitchconfig.cfg": "a configuration of linuxptp",
  "ptpswitchconfig_auth.cfg": "a configuration of linuxptp",
  "ptptestconfig.yaml": "settings of the conformance suite",
};

/** Findings we expect in a sample, as path prefixes. */
const expectedFindings: Readonly<Record<string, readonly string[]>> = {
  // The field was removed from the API on purpose: it wrote to any file.
  "wpc-hwconfig.yaml": [
    "spec.profile.clockChain.behavior.conditions[0].desiredStates[0].sysfs",
    "spec.profile.clockChain.behavior.conditions[0].desiredStates[1].sysfs",
  ],
};

test("every sample of the shared folder", { skip: skipWithoutShared }, async (t) => {
  const files = listShared(folder);
  for (const name of Object.keys(notCustomResources)) assert.ok(files.includes(name), `${name} is gone`);
  const samples = files.filter((name) => !(name in notCustomResources));
  assert.ok(samples.length > 20);
  for (const name of samples) {
    await t.test(`${name} validates`, () => {
      const readings = read(name);
      assert.ok(readings.length > 0);
      const findings = readings.flatMap((reading) => (reading.type === "invalid" ? reading.findings : []));
      assert.deepEqual(
        findings.map(({ path }) => path),
        expectedFindings[name] ?? [],
        findings.map(toText).join("\n"),
      );
      assert.ok(readings.every(({ type }) => type !== "foreign"));
    });
  }
  const all = samples.flatMap(read).flatMap((reading) => (reading.type === "document" ? [reading.document] : []));
  const ptpConfigs = all.filter((document): document is PtpConfig => document.kind === "PtpConfig");
  for (const document of all) {
    await t.test(`${document.kind} ${document.metadata.name} is admitted`, () => {
      assert.deepEqual(errorsOf(document, ptpConfigs).map(toText), []);
    });
  }
});

function read(name: string): readonly DocumentReading[] {
  // alm-examples.json is a bare list of objects.
  return readSharedDocuments(`${folder}/${name}`)
    .flatMap((document) => (Array.isArray(document) ? (document as unknown[]) : [document]))
    .flatMap((document) => readDocuments(document));
}

function errorsOf(
  document: Extract<DocumentReading, { type: "document" }>["document"],
  ptpConfigs: readonly PtpConfig[],
): readonly Finding[] {
  switch (document.kind) {
    case "PtpConfig":
      return admitPtpConfig(document, { ptpConfigs }).errors;
    case "PtpOperatorConfig":
      return admitPtpOperatorConfig(document).errors;
    case "HardwareConfig":
      return admitHardwareConfig(document, { ptpConfigs }).errors;
    case "NodePtpDevice":
    case "NodePTPCfg":
    case "NodePTPDev":
    case "Node":
    case "Secret":
    case "ConfigMap":
      return [];
  }
}
