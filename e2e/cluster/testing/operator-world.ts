import { credentials, Metadata } from "@grpc/grpc-js";
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { operatorTarget } from "../../../packages/agent/src/source/operator-target.ts";
import { tlsPair } from "../../../packages/cluster/src/testing/tls-pair.ts";
import type { ControlPlane } from "../../../tools/kubernetes/control-plane/control-plane.ts";
import { freePorts } from "../../../tools/kubernetes/control-plane/free-ports.ts";
import { installCrds } from "../../../tools/kubernetes/crds/custom-resources.ts";
import { until } from "../../../tools/kubernetes/testing/until.ts";
import { startOperator, type OperatorPlace, type OperatorProcess } from "./operator-process.ts";
import { connectAgent, type SimulatedAgent } from "./simulated-agent.ts";

/** A cluster in which operators run as processes with the chart's permissions. */
export interface OperatorWorld {
  /** Starts a replica; the same name starts it at the same address. */
  start(podName: "a" | "b", more?: Pick<OperatorPlace, "flags">): OperatorProcess;
  /** Connects an agent, as often as it takes. */
  connect(operator: OperatorProcess, token: string): Promise<SimulatedAgent>;
  /** Tries once with this metadata `authorization`. Throws the WireError of a refusal. */
  knock(operator: OperatorProcess, authorization: string | undefined, claimedName?: string): Promise<SimulatedAgent>;
  /** The text at /metrics of a replica. */
  metricsOf(podName: "a" | "b"): Promise<string>;
}

const chartDir = join(import.meta.dirname, "../../../charts/ptp-operator");

/** Installs CRDs, permissions and accounts, and a certificate for the operators. */
export async function openOperatorWorld(t: TestContext, plane: ControlPlane): Promise<OperatorWorld> {
  await installPermissions(plane);
  const pair = await tlsPair();
  const [certPath, keyPath] = [join(plane.dir, "operator.crt"), join(plane.dir, "operator.key")];
  await Promise.all([writeFile(certPath, pair.cert), writeFile(keyPath, pair.key)]);
  const kubeconfig = await plane.kubeconfig("system:serviceaccount:openshift-ptp:ptp-operator");
  const [a = 0, b = 0, metricsOfA = 0, metricsOfB = 0] = await freePorts(4);
  const ports = { a: { port: a, metricsPort: metricsOfA }, b: { port: b, metricsPort: metricsOfB } };
  return {
    start: (podName, more = {}) =>
      startOperator(t, { kubeconfig, podName, ...ports[podName], certPath, keyPath, ...more }),
    connect: async ({ address }, token) => {
      const tls = { caPath: certPath, tokenPath: join(plane.dir, "agent.token") };
      await writeFile(tls.tokenPath, token);
      let agent: SimulatedAgent | undefined;
      const served = async () => {
        agent = await connectAgent(t, await operatorTarget(address, tls)).catch(() => undefined);
        return agent !== undefined;
      };
      await until("an agent is served", served, 60_000);
      assert.ok(agent);
      return agent;
    },
    knock: ({ address }, authorization, claimedName) => {
      const metadata = new Metadata();
      if (authorization !== undefined) metadata.set("authorization", authorization);
      const target = { address, credentials: credentials.createSsl(Buffer.from(pair.cert)), metadata };
      return connectAgent(t, target, claimedName);
    },
    metricsOf: async (podName) => await (await fetch(`http://127.0.0.1:${ports[podName].metricsPort}/metrics`)).text(),
  };
}

async function installPermissions(plane: ControlPlane): Promise<void> {
  await installCrds(plane);
  await plane.kubectl(["create", "namespace", "openshift-ptp"]);
  const parts = ["rbac/cluster", "rbac/namespace", "rbac/secrets", "agent/service-account"];
  const only = parts.flatMap((part) => ["--show-only", `templates/${part}.yaml`]);
  const manifest = await plane.helm(["template", "ptp-operator", chartDir, "--namespace", "openshift-ptp", ...only]);
  await plane.kubectl(["apply", "--server-side", "--filename", "-"], { stdin: manifest });
}
