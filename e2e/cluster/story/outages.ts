import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { metricValue } from "../../../tools/demo/world/metrics-text.ts";
import { namespace } from "../testing/installed-chart.ts";
import { agentNodes, reach, type StoryWorld } from "../testing/story-world.ts";
import { agentPods } from "./installation.ts";
import { locked } from "./profiles.ts";

const leasePath = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/ptp.openshift.io`;
const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments/ptp-operator`;

interface Lease {
  readonly spec: {
    readonly holderIdentity: string;
    readonly leaseDurationSeconds: number;
    readonly renewTime: string;
  };
}

/** Who leads, for how long, and that he renews. */
export async function leaseIsHeld({ plane }: StoryWorld): Promise<void> {
  const read = async () => ((await plane.api.request("GET", leasePath)) as Lease).spec;
  const held = await reach({
    what: "a replica holds the lease",
    see: () => read().catch(() => undefined),
    holds: (spec) => spec?.holderIdentity.startsWith("ptp-operator-") === true,
  });
  assert.equal(held?.leaseDurationSeconds, 15);
  await reach({ what: "it is renewed", see: read, holds: ({ renewTime }) => renewTime !== held.renewTime });
}

/** What runs on the nodes, to be the same after. */
async function running(world: StoryWorld): Promise<object> {
  const agents = await Promise.all(agentNodes.map((node) => world.kubelet.pids(node)));
  return { agents, pods: await agentPods(world), ptp4l: agentNodes.map((node) => world.ptp4lPids(node)) };
}

/** The leader's pod is gone at once: another leads, serves and writes; on the nodes nothing is restarted. */
export async function leaderGoes(world: StoryWorld, tell: (text: string) => void): Promise<void> {
  const { plane } = world;
  const before = await running(world);
  const holder = async () => ((await plane.api.request("GET", leasePath)) as Lease).spec.holderIdentity;
  const first = await holder();
  const startMs = performance.now();
  const seconds = () => ((performance.now() - startMs) / 1000).toFixed(1);
  const [pod = ""] = first.split("_");
  await plane.kubectl(["delete", "pod", pod, "--namespace", namespace, "--force", "--grace-period=0"]);
  await sessionsUp(world);
  tell(`sessions after ${seconds()} s`);
  await reach({ what: "another leads", see: holder, holds: (now) => now !== "" && now !== first, withinMs: 90_000 });
  tell(`another leads after ${seconds()} s`);
  await leaderWrites(world, "failover");
  await reach({
    what: "a new pod is ready",
    see: async () => ((await plane.api.request("GET", deployments)) as { status: { readyReplicas?: number } }).status,
    holds: ({ readyReplicas }) => readyReplicas === 2,
    withinMs: 90_000,
  });
  assert.deepEqual(await running(world), before, "nothing on the nodes was restarted");
}

/** The API server is killed and away for a while: clocks run, sessions stay; then news are acted on again. */
export async function apiServerRestarts(world: StoryWorld): Promise<void> {
  const before = await running(world);
  await world.plane.stopApiServer();
  for (let second = 0; second < 5; second += 1) {
    await sleep(1000);
    for (const node of agentNodes) assert.equal(await sessionOf(world, node), 1, `${node} has its session`);
  }
  await world.plane.startApiServer();
  await leaderWrites(world, "restart");
  await locked(world, "oc", ["two-ports_two-ports"]);
  assert.deepEqual(await running(world), before, "nothing on the nodes was restarted");
}

/** The leader still writes: a new generation that changes no node gets its status. */
async function leaderWrites(world: StoryWorld, profileName: string): Promise<void> {
  const path = `/apis/ptp.openshift.io/v1/namespaces/${namespace}/ptpconfigs/test-slave1`;
  const more = [{ op: "add", path: "/spec/profile/-", value: { name: profileName } }];
  const patch = () => world.plane.api.request("PATCH", path, more, "application/json-patch+json");
  await reach({
    what: "the API server takes it",
    see: () => patch().then(() => "", String),
    holds: (error) => error === "",
  });
  await reach({
    what: "the leader writes",
    see: () => world.ptpConfig("test-slave1").catch(() => undefined),
    holds: (config) => config !== undefined && config.status?.observedGeneration === config.metadata.generation,
    withinMs: 90_000,
  });
}

/** What an agent says of its session: asked until it answers. */
function sessionOf(world: StoryWorld, node: (typeof agentNodes)[number]): Promise<number | undefined> {
  return reach({
    what: `the agent on ${node} answers`,
    see: () => world.metrics(node).then((lines) => metricValue(lines, "ptp_agent_session_up")),
    holds: (value) => value !== undefined,
  });
}

async function sessionsUp(world: StoryWorld): Promise<void> {
  await reach({
    what: "all agents have sessions",
    see: () => Promise.all(agentNodes.map((node) => sessionOf(world, node))),
    holds: (values) => values.every((value) => value === 1),
  });
}
