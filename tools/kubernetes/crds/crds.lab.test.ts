import { applyDefaults, isJsonObject, type CustomResource } from "@ptp/api";
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { openControlPlane } from "../testing/open-control-plane.ts";
import { until } from "../testing/until.ts";
import { existingCrdDir, readSamples, samplesMissing, type SampleResource } from "../testing/shared-samples.ts";
import { collectionPath, installCrds, post } from "./custom-resources.ts";
import { gnssInit, hardwareConfig, ptpConfig, writtenResources } from "./written-resources.ts";

const namespace = "openshift-ptp";
const strictDryRun = "?dryRun=All&fieldValidation=Strict";

test("the API server takes our CRDs", async (t) => {
  const plane = await openControlPlane(t, { controllerManager: false });
  if (plane === undefined) return;
  const names = await installCrds(plane);
  assert.equal(names.length, 6);
  const schemaProblems = `--output=jsonpath={range .items[*]}{.metadata.name}{.status.conditions[?(@.type=="NonStructuralSchema")].message}{"\\n"}{end}`;
  const told = (await plane.kubectl(["get", "crds", schemaProblems])).split("\n").filter(Boolean);
  assert.deepEqual(told.sort(), [...names].sort());
  await plane.kubectl(["create", "namespace", namespace]);

  await t.test("kubectl explain prints our descriptions", async () => {
    // Descriptions are served some time after the resources.
    await until("all are described", () => describes(plane, "ptpconfig", "hardwareconfig"));
    const text = await plane.kubectl(["explain", "ptpconfig.spec.profile.ptp4lConf"]);
    assert.match(text, /FIELD: ptp4lConf <string>/);
    assert.match(text, /Configuration file of ptp4l, as text\./);
    assert.match(await plane.kubectl(["explain", "hardwareconfig.spec.profile.clockChain"]), /<Object>/);
  });
  await t.test("rules in CEL refuse what no schema can", () => refusesByRule(plane));
  for (const resource of writtenResources) {
    await t.test(`defaults of ${resource.kind} ${resource.metadata.name} are ours`, () =>
      defaultsAreOurs(plane, resource),
    );
  }
  await t.test("an apply that changes nothing keeps the resource version", () => applyKeepsVersion(plane));
  await t.test("every sample of the existing operator applies, with our defaults", async (t) => {
    const missing = samplesMissing();
    if (missing !== undefined) return t.skip(missing);
    const samples = readSamples();
    assert.ok(samples.length > 20);
    for (const { name, resource } of samples) {
      await t.test(`${name}: ${resource.kind} ${resource.metadata.name}`, () => sampleApplies(plane, name, resource));
    }
  });
});

async function describes(plane: ControlPlane, ...kinds: readonly string[]): Promise<boolean> {
  const texts = kinds.map((kind) => plane.kubectl(["explain", `${kind}.spec.profile`]).catch(() => undefined));
  return (await Promise.all(texts)).every((text) => text !== undefined);
}

async function refusesByRule(plane: ControlPlane): Promise<void> {
  const operatorConfig = writtenResources.find(({ kind }) => kind === "PtpOperatorConfig");
  assert.ok(operatorConfig !== undefined);
  await refuses(plane, { ...operatorConfig, metadata: { name: "other" } }, /metadata\.name must be 'default'/);
  for (const match of [{}, { ttyDevice: "/dev/gnss0", ethernetInterface: "ens1" }]) {
    await refuses(
      plane,
      hardwareConfig("match", { init: gnssInit, match }),
      /give exactly one of ttyDevice and ethernet/,
    );
  }
  await accepts(plane, hardwareConfig("match", { init: gnssInit, match: { ttyDevice: "/dev/gnss0" } }));
  const highAvailability = { enableHA: true };
  for (const settings of [{}, { ptpSettings: {} }])
    await refuses(plane, ptpConfig("choice", { highAvailability, ...settings }), /name them in ptpSettings haProfiles/);
  await accepts(plane, ptpConfig("choice", { highAvailability, ptpSettings: { haProfiles: "a" } }));
}

async function refuses(plane: ControlPlane, resource: SampleResource, because: RegExp): Promise<void> {
  const verdict = await dryRun(plane, resource);
  assert.equal(verdict.accepted, false, `${resource.kind} ${resource.metadata.name} was accepted`);
  if (verdict.accepted) return;
  assert.equal(verdict.status, 422);
  assert.match(verdict.message, because);
}

async function accepts(plane: ControlPlane, resource: SampleResource): Promise<Readonly<Record<string, unknown>>> {
  const verdict = await dryRun(plane, resource);
  assert.ok(verdict.accepted, verdict.accepted ? "" : verdict.message);
  return verdict.object;
}

async function dryRun(plane: ControlPlane, resource: SampleResource): ReturnType<typeof post> {
  const path = collectionPath(resource.apiVersion, resource.kind, namespace);
  return post(plane.api, `${path}${strictDryRun}`, { ...resource, metadata: { name: resource.metadata.name } });
}

async function defaultsAreOurs(plane: ControlPlane, resource: SampleResource): Promise<void> {
  const stored = await accepts(plane, resource);
  assert.deepEqual(stored["spec"], withOurDefaults(resource)["spec"]);
}

function withOurDefaults(resource: SampleResource): Readonly<Record<string, unknown>> {
  const known = resource as CustomResource;
  const object: unknown = applyDefaults(known.kind, known);
  assert.ok(isJsonObject(object));
  return object;
}

async function applyKeepsVersion(plane: ControlPlane): Promise<void> {
  const [resource] = writtenResources;
  assert.ok(resource !== undefined);
  const name = resource.metadata.name;
  const path = `${collectionPath(resource.apiVersion, resource.kind, namespace)}/${name}`;
  const apply = async (body: object, part = ""): Promise<string> => {
    const identity = { apiVersion: resource.apiVersion, kind: resource.kind, metadata: { name } };
    const query = "?fieldManager=ptp-operator&force=true";
    const whole = { ...identity, ...body };
    const applied = await plane.api.request("PATCH", `${path}${part}${query}`, whole, "application/apply-patch+yaml");
    return (applied as { readonly metadata: { readonly resourceVersion: string } }).metadata.resourceVersion;
  };
  const { spec } = resource;
  const status = { matchList: [{ nodeName: "n", profile: "p" }] };
  const first = await apply({ spec });
  assert.equal(await apply({ spec }), first);
  const withStatus = await apply({ status }, "/status");
  assert.notEqual(withStatus, first);
  assert.equal(await apply({ status }, "/status"), withStatus);
  assert.equal(await apply({ spec }), withStatus);
  // A status given with the spec is not taken. Its apply is dated anew, and what was applied later is sorted behind: in a
  // later second than the status's own apply it makes a version, once. Both are to come in later ones.
  await sleep(1_100);
  const stray = await apply({ spec, status: { matchList: [] } });
  assert.equal(await apply({ spec, status: { matchList: [] } }), stray);
  assert.deepEqual(((await plane.api.request("GET", path)) as { readonly status?: unknown }).status, status);
}

/** The field that was removed from the API on purpose, since it wrote to any file. */
const removedField = "sysfs";

async function sampleApplies(plane: ControlPlane, name: string, resource: SampleResource): Promise<void> {
  const sample = name.startsWith("wpc-hwconfig") ? withoutField(resource, removedField) : resource;
  if (sample !== resource) {
    const verdict = await dryRun(plane, resource);
    assert.ok(!verdict.accepted && verdict.message.includes(`unknown field`) && verdict.message.includes(removedField));
  }
  await defaultsAreOurs(plane, sample);
}

function withoutField<T>(value: T, field: string): T {
  const text = JSON.stringify(value, (key, member: unknown) => (key === field ? undefined : member));
  return JSON.parse(text) as T;
}

test("our CRDs take the place of the existing operator's, and its objects stay as they are", async (t) => {
  const missing = samplesMissing();
  if (missing !== undefined) return t.skip(missing);
  const plane = await openControlPlane(t, { controllerManager: false });
  if (plane === undefined) return;
  await plane.kubectl(["create", "namespace", namespace]);
  const existing = await installCrds(plane, existingCrdDir);
  const samples = new Map(
    readSamples().map(({ resource }) => [`${resource.kind}/${resource.metadata.name}`, inNamespace(resource)]),
  );
  const objects = [...samples.values()].map((resource) => withoutField(resource, removedField));
  await plane.apply(objects);
  const everything = ["get", "--all-namespaces", "--output=json", existing.join(",")];
  const before = await plane.kubectl(everything);
  assert.equal((JSON.parse(before) as { readonly items: readonly unknown[] }).items.length, samples.size);
  await installCrds(plane);
  await until("ours are served", async () => {
    const text = await plane.kubectl(["explain", "ptpconfig.spec.profile.ptp4lConf"]).catch(() => "");
    return text.includes("Configuration file of ptp4l, as text.");
  });
  assert.equal(await plane.kubectl(everything), before);
  await plane.apply(objects);
  assert.equal(await plane.kubectl(everything), before, "applied again, nothing changes");
});

function inNamespace(resource: SampleResource): SampleResource {
  return { ...resource, metadata: { ...resource.metadata, namespace } };
}
