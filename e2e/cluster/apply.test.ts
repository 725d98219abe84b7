import {
  createApiClient,
  createApplier,
  createEventRecorder,
  fieldManager,
  loadKubeConfig,
  resources,
  trimManagedFields,
  type KubeObject,
} from "@ptp/cluster";
import { silentLogger } from "@ptp/kit";
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { crdDir, installCrds } from "../../tools/kubernetes/crds/custom-resources.ts";
import { openControlPlane } from "../../tools/kubernetes/testing/open-control-plane.ts";
import { until } from "../../tools/kubernetes/testing/until.ts";
import { configMap, configmaps, configmapsPath, type ConfigMap } from "./testing/configmaps.ts";
import { connect } from "./testing/connect.ts";

test("server-side apply and events on a real API server", async (t) => {
  const plane = await openControlPlane(t, { controllerManager: false, audit: true });
  if (plane === undefined) return;
  const client = connect(t, plane.adminKubeconfig);
  const applier = createApplier({ client });
  const writes = async () =>
    ((await plane.audit?.read()) ?? []).filter(({ uri }) => uri.includes(`fieldManager=${fieldManager}`)).length;

  await t.test("what is applied is owned by the one manager, what is left out is removed", async () => {
    const both = { ...configMap("a", "1"), data: { x: "1", y: "2" } };
    const first = await applier.apply(configmaps, both);
    assert.deepEqual(
      first.metadata.managedFields?.map(({ manager, operation }) => `${manager} ${operation}`),
      [`${fieldManager} Apply`],
    );
    const second = await applier.apply(configmaps, { ...both, data: { x: "1" } }, { current: first });
    assert.deepEqual(second.data, { x: "1" });
  });

  await t.test("the same again sends nothing; a new process sends it once and changes nothing", async () => {
    const wanted = configMap("b", "1");
    const current = await applier.apply(configmaps, wanted);
    const before = await writes();
    assert.equal(await applier.apply(configmaps, wanted, { current }), current);
    assert.equal(await writes(), before);
    const again = await createApplier({ client }).apply(configmaps, wanted, { current });
    assert.equal(again.metadata.resourceVersion, current.metadata.resourceVersion);
  });

  await t.test("what the server spells its own way is no difference", async () => {
    const container = { name: "c", image: "i", resources: { limits: { cpu: "1000m" } } };
    const metadata = { name: "p", namespace: "default" };
    const spec = { nodeName: "none", containers: [container], automountServiceAccountToken: false };
    await plane.kubectl(["create", "serviceaccount", "default"]).catch(() => "");
    const pod = { apiVersion: "v1", kind: "Pod", metadata, spec } as KubeObject;
    const current = await applier.apply(resources.pods, pod);
    const before = await writes();
    await applier.apply(resources.pods, pod, { current });
    assert.equal(await writes(), before);
  });

  await t.test("a field somebody else set is a conflict that names him, and force takes it", async () => {
    const theirs = ["apply", "--server-side", "--field-manager=somebody", "--filename=-"];
    await plane.kubectl(theirs, { stdin: JSON.stringify(configMap("c", "theirs")) });
    await assert.rejects(applier.apply(configmaps, configMap("c", "ours")), {
      kind: "invalid",
      status: 409,
      message: /others own fields this operator sets: \.data\.value \(set by somebody\)/,
    });
    const taken = await applier.apply(configmaps, configMap("c", "ours"), { force: true });
    assert.equal(taken.data?.["value"], "ours");
  });

  await t.test("of two that write over one version the second gets a transient conflict", async () => {
    const current = (await client.request({ method: "GET", path: `${configmapsPath}/a` })) as ConfigMap;
    const put = (value: string) =>
      client.request({ method: "PUT", path: `${configmapsPath}/a`, body: { ...current, data: { value } } });
    await put("1");
    await assert.rejects(put("2"), { kind: "transient", status: 409, reason: "Conflict" });
  });

  await t.test("a status is applied by itself, not again when it is the same, and removed", async () => {
    await installCrds(plane, join(crdDir, "ptp.openshift.io_ptpconfigs.yaml"));
    const metadata = { name: "s", namespace: "default" };
    const spec = { profile: [{ name: "p" }], recommend: [] };
    await plane.apply([{ apiVersion: "ptp.openshift.io/v1", kind: "PtpConfig", metadata, spec }]);
    const status = { observedGeneration: 1 };
    const patch = { ...metadata, status };
    const written = await applier.applyStatus(resources.ptpconfigs, patch);
    assert.deepEqual([written?.status, written?.spec?.profile], [status, spec.profile]);
    assert.ok(written);
    const before = await writes();
    const current = trimManagedFields(written);
    assert.equal(await applier.applyStatus(resources.ptpconfigs, patch, { current }), current);
    assert.equal(await writes(), before);
    const removed = await applier.applyStatus(resources.ptpconfigs, { ...patch, status: undefined }, { current });
    assert.equal(removed?.status, undefined);
    assert.equal(await applier.applyStatus(resources.ptpconfigs, { ...patch, name: "none" }), undefined);
  });

  await t.test("an object that was made anew is not removed for the old one", async () => {
    const old = await applier.apply(configmaps, configMap("d", "1"));
    assert.equal(await applier.remove(configmaps, old), true);
    const anew = await applier.apply(configmaps, configMap("d", "1"));
    assert.notEqual(anew.metadata.uid, old.metadata.uid);
    assert.equal(await applier.remove(configmaps, old), false);
    assert.equal(await applier.remove(configmaps, anew), true);
  });

  await t.test("missing permission tells the rule that is missing, and giving it helps", async (t) => {
    const poor = createApiClient(loadKubeConfig({ kubeconfig: await plane.kubeconfig("poor") }));
    t.after(() => poor.close());
    const limited = createApplier({ client: poor });
    await assert.rejects(limited.apply(configmaps, configMap("e", "1")), {
      kind: "invalid",
      message:
        /a Role in namespace default with the rule \{apiGroups: \[""\], resources: \["configmaps"\], verbs: \["patch"\]\}/,
    });
    await plane.kubectl(["create", "role", "patcher", "--verb=patch,create", "--resource=configmaps"]);
    await plane.kubectl(["create", "rolebinding", "poor", "--role=patcher", "--user=poor"]);
    const isAllowed = () =>
      limited.apply(configmaps, configMap("e", "1")).then(
        () => true,
        () => false,
      );
    await until("the rule counts", isAllowed);
  });

  await t.test("a transition becomes an event that describe shows, once", async (t) => {
    const source = { controller: "ptp.openshift.io/operator", instance: "test" };
    const recorder = createEventRecorder({ client, source, log: silentLogger });
    t.after(() => recorder.stop());
    await recorder.start(new AbortController().signal);
    const regarding = (await client.request({ method: "GET", path: `${configmapsPath}/a` })) as ConfigMap;
    const happening = { regarding, type: "Warning", reason: "Tested", action: "Test", note: "it is" } as const;
    for (const note of ["it is", "it is", "it was"]) recorder.record({ ...happening, note });
    const columns = [
      "get",
      "events",
      '--output=jsonpath={range .items[*]}{.type} {.reason} {.involvedObject.name} {.message}{"\\n"}{end}',
    ];
    await until("both are there", async () => {
      const lines = (await plane.kubectl(columns)).trim().split("\n").sort();
      return lines.join("|") === "Warning Tested a it is|Warning Tested a it was";
    });
    assert.equal(recorder.dropped(), 0);
  });
});

test("requests share few connections, also in parallel", async (t) => {
  const plane = await openControlPlane(t, { controllerManager: false });
  if (plane === undefined) return;
  const client = connect(t, plane.adminKubeconfig);
  const get = () => client.request({ method: "GET", path: "/api/v1/namespaces/default" });
  for (let round = 0; round < 25; round += 1) await Promise.all(Array.from({ length: 8 }, get));
  const sockets = process
    .getActiveResourcesInfo()
    .filter((name) => name === "TLSSocketWrap" || name === "TCPSocketWrap");
  assert.ok(sockets.length <= 24, `${sockets.length} sockets`);
});
