import type { AnyObject } from "@ptp/cluster";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { planEventObjects } from "./plan-event-objects.ts";
import { place } from "./testing/settings.ts";

const sha256Hex = (text: string) => createHash("sha256").update(text).digest("hex");
const plan = (nodes: readonly { name: string; addresses: readonly string[] }[], services: readonly AnyObject[] = []) =>
  planEventObjects({ place, nodes, services, sha256Hex });
const name = "ptp-event-publisher-service-a";
const a = { name: "a.example", addresses: ["192.0.2.1", "2001:db8::1", "192.0.2.9"] };
const foreign = (spec: object): AnyObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "openshift-ptp", labels: { app: "linuxptp-daemon" } },
  spec,
});

test("planEventObjects: a headless Service per node, its first address of each family behind it", () => {
  const { services, slices, blocked } = plan([a, { name: "b", addresses: [] }]);
  assert.deepEqual(
    services.map(({ metadata }) => [metadata.name, metadata.annotations?.["ptp.openshift.io/node-name"]]),
    [
      [name, "a.example"],
      ["ptp-event-publisher-service-b", "b"],
    ],
  );
  assert.deepEqual(services[0]?.["spec"], {
    clusterIP: "None",
    ports: [{ name: "publisher-port", port: 9043, protocol: "TCP", targetPort: 9043 }],
  });
  const seen = slices.map(({ metadata, addressType, endpoints }) => [
    metadata.labels?.["kubernetes.io/service-name"],
    addressType,
    (endpoints as { addresses: string[] }[])[0]?.addresses,
  ]);
  assert.deepEqual(seen, [
    [name, "IPv4", ["192.0.2.1"]],
    [name, "IPv6", ["2001:db8::1"]],
  ]);
  assert.deepEqual(blocked, []);
});

test("planEventObjects: a node keeps its Service's name", () => {
  const [service] = plan([a]).services;
  assert.ok(service);
  const names = plan([a, { name: "a.other", addresses: [] }], [service]).services.map(({ metadata }) => metadata.name);
  assert.equal(names[0], name);
  assert.match(names[1] ?? "", /service-a-[0-9a-f]{8}$/);
});

test("planEventObjects: the existing operator's Service stays, and leads to the agent too", () => {
  const spec = { clusterIP: "None", selector: { app: "linuxptp-daemon", nodeName: "a" }, ports: [{ port: 9043 }] };
  const { services, slices, blocked } = plan([a], [foreign(spec)]);
  assert.deepEqual([services, slices.length, blocked], [[], 2, []]);
});

test("planEventObjects: a Service for something else is left alone, and told", () => {
  const { services, slices, blocked } = plan([a], [foreign({ clusterIP: "10.0.0.1", ports: [{ port: 9043 }] })]);
  assert.deepEqual([services, slices, blocked], [[], [], [name]]);
});
