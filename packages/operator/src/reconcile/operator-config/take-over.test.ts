import { createApplier, type AnyObject, type ApiRequest, type ObjectReader } from "@ptp/cluster";
import assert from "node:assert/strict";
import { test } from "node:test";
import { applyDaemonSet } from "./apply-daemon-set.ts";
import { applyEventObjects } from "./apply-event-objects.ts";
import { renderDaemonSet } from "./render-daemon-set.ts";
import { renderEventSlices } from "./render-event-service.ts";
import { endpointSlices } from "./resources.ts";
import { place, settingsOf } from "./testing/settings.ts";

const signal = new AbortController().signal;

/** An applier with what it takes fields of others over for: the names of objects. */
function watchForce() {
  const forced: string[] = [];
  const request = async ({ path, query, body }: ApiRequest): Promise<unknown> => {
    if (query?.["force"] === true) forced.push(path.split("/").at(-1) ?? "");
    return body;
  };
  return { applier: createApplier({ client: { request } }), forced };
}

const cacheOf = (...objects: readonly AnyObject[]) =>
  ({ values: () => objects.values() }) as unknown as ObjectReader<AnyObject>;

test("a DaemonSet is taken over from others only where the watch has shown that it is ours", async () => {
  const wanted = renderDaemonSet({ place, settings: settingsOf(), nodeSelector: {} });
  const { applier, forced } = watchForce();
  const options = { applier, operatorName: place.operatorName, signal };
  await applyDaemonSet(wanted, { ...options, objects: cacheOf() });
  assert.deepEqual(forced, [], "one that others have just made is a conflict");
  const edited = { ...wanted, spec: { updateStrategy: { type: "RollingUpdate" } } };
  await applyDaemonSet(wanted, { ...options, objects: cacheOf(edited) });
  assert.deepEqual(forced, ["linuxptp-daemon"]);
});

test("addresses that others keep under the name of an event Service are not taken over", async () => {
  const service = { nodeName: "n", serviceName: "s", addresses: ["192.0.2.1"] };
  const wanted = renderEventSlices(place, service);
  const { applier, forced } = watchForce();
  const kind = { applier, resource: endpointSlices, isOurs: () => true, sha256Hex: () => "0".repeat(64), signal };
  await applyEventObjects(wanted, { ...kind, objects: cacheOf() });
  assert.deepEqual(forced, []);
  await applyEventObjects(wanted, { ...kind, objects: cacheOf(...wanted) });
  assert.deepEqual(forced, ["s-ipv4"]);
});
