import assert from "node:assert/strict";
import { test } from "node:test";
import { planContainer } from "./container-plan.ts";
import type { LabContainer, LabPod } from "./pod.ts";

const podOf = (container: LabContainer): LabPod => ({
  metadata: { name: "p", namespace: "ns", uid: "u" },
  spec: { nodeName: "n1", containers: [container] },
});

test("planContainer: variables come from fields and from each other, unknown ones stay as they are", () => {
  const container: LabContainer = {
    name: "c",
    image: "i",
    command: ["/bin/program", "run"],
    args: ["--node=$(NODE)", "$$(NODE)", "$(OTHER)"],
    env: [
      { name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
      { name: "PLACE", value: "at $(NODE)" },
    ],
  };
  assert.deepEqual(planContainer(podOf(container), container), {
    args: ["run", "--node=n1", "$(NODE)", "$(OTHER)"],
    env: { NODE: "n1", PLACE: "at n1" },
    probe: undefined,
  });
});

test("planContainer: a probe names its port by number or by name", () => {
  const container = (port: number | string): LabContainer => ({
    name: "c",
    image: "i",
    ports: [{ name: "probes", containerPort: 8081 }],
    readinessProbe: { httpGet: { path: "/ready", port }, periodSeconds: 1 },
  });
  for (const port of [8081, "probes"]) {
    const plan = planContainer(podOf(container(port)), container(port));
    assert.deepEqual(plan.probe, { port: 8081, path: "/ready", periodMs: 1000 });
  }
});
