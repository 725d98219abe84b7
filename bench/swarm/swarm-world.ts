import { defaultHostFacts } from "@ptp/plan";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { BenchContext } from "../benchmark.ts";
import { createConfigDirectory, type ConfigDirectory } from "../manifests/config-directory.ts";
import { configDocument } from "../manifests/documents.ts";
import { paddedConf } from "../manifests/ptp4l-conf.ts";
import { startOperator, type RunningOperator } from "../programs/start-operator.ts";
import { startSwarm, type Swarm } from "./start-swarm.ts";

/** Size of the configuration every simulated node gets. */
const confBytes = 4_096;

/** One operator with many nodes, and agents for them. */
export interface SwarmWorld {
  readonly nodeNames: readonly string[];
  readonly directory: ConfigDirectory;
  startOperator(): Promise<RunningOperator>;
  /** Starts agents and does not wait for them; `socketPattern` leads them elsewhere than to the operator. */
  startAgents(options?: { readonly plans?: boolean; readonly socketPattern?: string }): Swarm;
  /** Writes the profile that all nodes run; `value` (0..255) makes its content differ. */
  editAll(value: number): Promise<number>;
  /** Writes the profile that one node has beside it. */
  editOne(nodeName: string, value: number): Promise<number>;
}

/** Makes the manifests of a world of that many nodes. */
export async function createSwarmWorld({ dist, workDir }: BenchContext, size: number): Promise<SwarmWorld> {
  const nodeNames = Array.from({ length: size }, (_, index) => `node-${String(index).padStart(5, "0")}`);
  const directory = await createConfigDirectory(join(workDir, "manifests"));
  const sessionDir = join(workDir, "s");
  await mkdir(sessionDir, { recursive: true });
  const { interfaces, programs, ...facts } = defaultHostFacts("");
  const editAll = (value: number): Promise<number> =>
    directory.put("all", configDocument({ name: "all", ptp4lConf: conf(value, 24) }));
  await directory.putNodes(nodeNames);
  await editAll(0);
  return {
    nodeNames,
    directory,
    startOperator: () => startOperator({ dist, directory: directory.path, sessionDir }),
    startAgents: ({ plans = true, socketPattern = join(sessionDir, "{node}.sock") } = {}) =>
      startSwarm({
        nodeNames,
        target: { kind: "socket", pattern: socketPattern },
        plans,
        facts: { ...facts, programs, interfaces },
      }),
    editAll,
    editOne: (nodeName, value) =>
      directory.put(
        `own-${nodeName}`,
        configDocument({ name: `own-${nodeName}`, nodeName, ptp4lConf: conf(value, 25) }),
      ),
  };
}

function conf(priority2: number, domainNumber: number): string {
  return paddedConf({ interfaces: ["ens1f0"], domainNumber, priority2, role: "receiver" }, confBytes);
}
