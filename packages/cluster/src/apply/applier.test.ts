import { AppError } from "@ptp/kit";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApiRequest } from "../connection/api-client.ts";
import { fromStatus } from "../connection/api-error.ts";
import type { KubeObject } from "../objects/kube-object.ts";
import { resources, type AnyObject } from "../objects/resources.ts";
import type { Resource } from "../objects/resource.ts";
import { createApplier } from "./applier.ts";

const configmaps = resources.configmaps as Resource<AnyObject>;
const wanted: AnyObject = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", namespace: "n" },
  data: { x: "1" },
};

function setUp(answer: (request: ApiRequest) => unknown, fence?: () => void) {
  const requests: ApiRequest[] = [];
  const request = async (one: ApiRequest): Promise<unknown> => {
    one.fence?.();
    requests.push(one);
    const value = answer(one);
    if (value instanceof Error) throw value;
    return value;
  };
  return { requests, applier: createApplier({ client: { request }, ...(fence && { fence }) }) };
}

const withDefaults = ({ body }: ApiRequest) => ({
  ...(body as AnyObject),
  immutable: false,
  metadata: { ...wanted.metadata, resourceVersion: "5" },
});

test("apply: the first time is sent, with the one field manager; the same again is not", async () => {
  const { requests, applier } = setUp(withDefaults);
  const first = await applier.apply(configmaps, wanted);
  assert.deepEqual(
    requests.map(({ method, path, query, contentType }) => ({ method, path, query, contentType })),
    [
      {
        method: "PATCH",
        path: "/api/v1/namespaces/n/configmaps/a",
        query: { fieldManager: "ptp-operator", force: false },
        contentType: "application/apply-patch+yaml",
      },
    ],
  );
  const touchedByOthers = { ...first, metadata: { ...first.metadata, resourceVersion: "9", labels: { by: "others" } } };
  assert.equal(await applier.apply(configmaps, wanted, { current: touchedByOthers }), touchedByOthers);
  assert.equal(requests.length, 1);
});

test("apply: where nothing is remembered, as of keys, the same is sent again", async () => {
  const requests: ApiRequest[] = [];
  const request = async (one: ApiRequest) => (requests.push(one), withDefaults(one));
  const applier = createApplier({ client: { request }, remember: 0 });
  const current = await applier.apply(configmaps, wanted);
  await applier.apply(configmaps, wanted, { current });
  assert.equal(requests.length, 2);
});

test("apply: another wish, or what others changed in ours, is sent", async () => {
  const { requests, applier } = setUp(withDefaults);
  const first = await applier.apply(configmaps, wanted);
  await applier.apply(configmaps, { ...wanted, data: {} }, { current: first });
  assert.equal(requests.length, 2);
  await applier.apply(configmaps, wanted, { current: first });
  await applier.apply(configmaps, wanted, { current: { ...first, data: { x: "2" } } });
  assert.equal(requests.length, 4);
});

test("apply: a conflict of fields is for the user, with owners; one of versions comes again", async () => {
  const line = { method: "PATCH", path: "/api/v1/namespaces/n/configmaps/a" };
  const causes = [{ reason: "FieldManagerConflict", message: 'conflict with "kubectl" using v1', field: ".data.x" }];
  const { applier } = setUp(() => fromStatus(409, { reason: "Conflict", details: { causes } }, line));
  await assert.rejects(applier.apply(configmaps, wanted), {
    kind: "invalid",
    message:
      "configmaps/n/a: others own fields this operator sets: .data.x (set by kubectl); remove them there, or delete the object",
  });
  const { applier: raced } = setUp(() => fromStatus(409, { reason: "Conflict" }, line));
  await assert.rejects(raced.apply(configmaps, wanted), { kind: "transient", status: 409 });
});

test("apply: a fence stops the write", async () => {
  const { requests, applier } = setUp(withDefaults, () => {
    throw new AppError("waiting", "not the leader");
  });
  await assert.rejects(applier.apply(configmaps, wanted), { kind: "waiting" });
  assert.equal(requests.length, 0);
});

const owner = { manager: "ptp-operator", operation: "Apply", subresource: "status" };
const config = (status: unknown, owners = [owner]): KubeObject & { readonly status?: unknown } => ({
  apiVersion: "ptp.openshift.io/v1",
  kind: "PtpConfig",
  metadata: { name: "c", namespace: "n", managedFields: owners },
  status,
});
const ptpconfigs = resources.ptpconfigs as Resource;

test("applyStatus: only the status is sent, by force; nothing if it is ours and the same", async () => {
  const { requests, applier } = setUp(({ body }) => body);
  const status = { observedGeneration: 1 };
  const patch = { namespace: "n", name: "c", status };
  await applier.applyStatus(ptpconfigs, patch, { current: config(status) });
  assert.equal(requests.length, 0);
  await applier.applyStatus(ptpconfigs, patch, { current: config(status, []) });
  await applier.applyStatus(ptpconfigs, patch, { current: config({ observedGeneration: 2 }) });
  await applier.applyStatus(ptpconfigs, patch);
  assert.equal(requests.length, 3);
  assert.equal(requests[0]?.path, "/apis/ptp.openshift.io/v1/namespaces/n/ptpconfigs/c/status");
  assert.deepEqual(requests[0]?.query, { fieldManager: "ptp-operator", force: true });
  const names = { name: "c", namespace: "n" };
  const type = { apiVersion: "ptp.openshift.io/v1", kind: "PtpConfig" };
  assert.deepEqual(requests[0]?.body, { ...type, metadata: names, status });
  await applier.applyStatus(ptpconfigs, { ...patch, status: undefined }, { current: config(status) });
  assert.deepEqual(requests[3]?.body, { ...type, metadata: names });
});

test("applyStatus: an object that is gone is no error", async () => {
  const { applier } = setUp(() => fromStatus(404, {}, { method: "PATCH", path: "/x" }));
  assert.equal(await applier.applyStatus(ptpconfigs, { namespace: "n", name: "c", status: {} }), undefined);
});

test("remove: what is gone, or another object by now, is left alone", async () => {
  const object = { ...wanted, metadata: { ...wanted.metadata, uid: "u" } };
  const { requests, applier } = setUp(() => ({}));
  assert.equal(await applier.remove(configmaps, object), true);
  const body = requests[0]?.body as AnyObject | undefined;
  assert.deepEqual(body?.["preconditions"], { uid: "u" });
  for (const status of [404, 409]) {
    const { applier: other } = setUp(() => fromStatus(status, {}, { method: "DELETE", path: "/x" }));
    assert.equal(await other.remove(configmaps, object), false);
  }
  const { applier: refused } = setUp(() => fromStatus(403, {}, { method: "DELETE", path: "/x" }));
  await assert.rejects(refused.remove(configmaps, object), { status: 403 });
});
