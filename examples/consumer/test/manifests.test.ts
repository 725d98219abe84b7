import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { readOptions } from "../src/options.ts";

interface Manifest {
  readonly metadata: { readonly name: string; readonly namespace: string };
}

interface Deployment extends Manifest {
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: {
        readonly containers: readonly {
          readonly env: readonly { readonly name: string; readonly value?: string }[];
          readonly ports: readonly { readonly containerPort: number }[];
          readonly readinessProbe: { readonly httpGet: { readonly port: number } };
        }[];
      };
    };
  };
}

interface Service extends Manifest {
  readonly spec: {
    readonly selector: Readonly<Record<string, string>>;
    readonly ports: readonly { readonly port: number }[];
  };
}

function manifest(name: string): unknown {
  return parse(readFileSync(join(import.meta.dirname, `../kubernetes/${name}.yaml`), "utf8"));
}

test("the manifests agree with each other and with the program", () => {
  const { metadata, spec } = manifest("service") as Service;
  const { template } = (manifest("deployment") as Deployment).spec;
  const [container] = template.spec.containers;
  const given = (container?.env ?? []).map(({ name, value = "w1.example.com" }) => [name, value] as const);
  const options = readOptions([], Object.fromEntries(given));
  assert.deepEqual(spec.selector, template.metadata.labels);
  const host = `${metadata.name}.${metadata.namespace}.svc.cluster.local`;
  assert.equal(options?.endpoint, `http://${host}:${spec.ports[0]?.port}/event`);
  assert.deepEqual(
    [options?.port, container?.readinessProbe.httpGet.port, spec.ports[0]?.port],
    Array(3).fill(container?.ports[0]?.containerPort),
  );
  assert.equal(options?.producer.hostname, "ptp-event-publisher-service-w1.openshift-ptp.svc.cluster.local");
  assert.equal(options?.nodeName, "w1.example.com");
});
