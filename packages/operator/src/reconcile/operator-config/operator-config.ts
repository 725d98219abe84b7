import { reasons } from "@ptp/api";
import {
  createApplier,
  createController,
  createRateLimiter,
  createWorkQueue,
  keyFor,
  type ApiClient,
  type LeaderElection,
  type ReconcileContext,
} from "@ptp/cluster";
import type { Logger, Part } from "@ptp/kit";
import type { ClusterStore } from "../../store/cluster-store.ts";
import { keyText, operatorConfigName } from "../../store/object-key.ts";
import { agentNodeSelector, isAgentNode } from "./agent-nodes.ts";
import type { AgentSettings } from "./agent-settings.ts";
import type { AgentsStanding } from "./agents-standing.ts";
import { createDefault, ownerReference } from "./create-default.ts";
import { createOwnReflectors, type OwnReflectors } from "./own-reflectors.ts";
import type { AgentNode } from "./plan-event-objects.ts";
import { reconcileAgents, type ReconcileAgentsOptions } from "./reconcile-agents.ts";
import { asksForEvents, reconcileEvents } from "./reconcile-events.ts";
import { createSettingsFile } from "./settings-file.ts";

/** What the reconciler of the PtpOperatorConfig needs. */
export interface OperatorConfigOptions {
  readonly client: ApiClient;
  readonly log: Logger;
  readonly store: Pick<ClusterStore, "state" | "synced" | "has" | "subscribe" | "nodeAddresses">;
  /** Undefined: this operator has no other replicas. */
  readonly election: Pick<LeaderElection, "isLeading" | "fence" | "subscribe"> | undefined;
  readonly namespace: string;
  /** Prefix of the chart's objects. */
  readonly operatorName: string;
  /** File of `--agent-settings`; undefined: the agents are somebody else's business. */
  readonly settingsPath: string | undefined;
  /** How the agents stand may be another. */
  readonly changed: () => void;
}

/** The reconciler of the PtpOperatorConfig. */
export interface OperatorConfigReconciler extends Part {
  /** How the agents' DaemonSet stands, for status. */
  standing(): AgentsStanding;
  /** Nodes that shall have an agent. */
  nodeCount(): number;
  nodeNames(): readonly string[];
  /** The newest agent settings that were right. */
  settings(): AgentSettings | undefined;
}

/**
 * Addresses of nodes change without anything else, and what a policy of the cluster refused may be taken by now; nobody
 * tells, so a look now and then must do.
 */
const lookMs = 60_000;

/** Changes that come together, such as nodes that join, are one pass. */
const coalesceMs = 100;

const configKey = "default";

/** Creates the reconciler: it makes what the PtpOperatorConfig asks for while this replica leads. */
export function createOperatorConfig(options: OperatorConfigOptions): OperatorConfigReconciler {
  const { log, election, store, settingsPath, changed } = options;
  const queue = createWorkQueue({ rateLimiter: createRateLimiter({ baseMs: 100, maxMs: 30_000 }) });
  const wake = (): void => {
    queue.add(configKey, { afterMs: coalesceMs });
    changed();
  };
  const pass = createPass(options, wake);
  const reconcile = (_key: string, { signal }: ReconcileContext) => pass.run(signal).then(() => undefined);
  const controller = createController({ name: "operator config", queue, reconcile, log });
  const { file, reflectors } = pass;
  const followed = settingsPath === undefined ? [] : [file, ...Object.values(reflectors)];
  const unsubscribes: (() => void)[] = [];
  return {
    name: controller.name,
    standing: pass.standing,
    nodeCount: () => pass.nodes().length,
    nodeNames: () => pass.nodes().map(({ name }) => name),
    settings: () => file.reading().settings,
    start: async (signal) => {
      unsubscribes.push(store.subscribe(wake), election?.subscribe(wake) ?? (() => {}));
      for (const reflector of Object.values(reflectors)) unsubscribes.push(reflector.subscribe(wake));
      for (const part of followed) await part.start(signal);
      await controller.start(signal);
      wake();
      const looking = setInterval(() => queue.add(configKey), lookMs).unref();
      unsubscribes.push(() => clearInterval(looking));
    },
    stop: async () => {
      for (const unsubscribe of unsubscribes) unsubscribe();
      await controller.stop();
      for (const part of followed.toReversed()) await part.stop();
    },
  };
}

/** One pass with what it stands on. */
function createPass(options: OperatorConfigOptions, wake: () => void) {
  const { client, log, election, store, namespace, operatorName, settingsPath, changed } = options;
  const fence = () => election?.fence();
  const applier = createApplier({ client, fence });
  const reflectors = createOwnReflectors({ ...options, failed: changed });
  const file = createSettingsFile({ path: settingsPath ?? "", log, changed: wake });
  let outcome: AgentsStanding = { kind: settingsPath === undefined ? "unmanaged" : "unknown" };
  const tell = (standing: AgentsStanding): void => {
    outcome = standing;
    changed();
  };
  const blocked = createWarning(log);
  const nodes = () => agentNodes(store, file.reading().settings);

  const run = async (signal: AbortSignal): Promise<void> => {
    if (!(election?.isLeading() ?? true) || !store.synced()) return;
    const key = { kind: "PtpOperatorConfig", namespace, name: operatorConfigName } as const;
    if (!store.has(key)) return await createDefault({ client, namespace, fence, signal });
    const { settings } = file.reading();
    const owner = ownerReference(store.state().objects.get(keyText(key)));
    const isReady = Object.values(reflectors).every((reflector) => reflector.synced());
    // Of one that is no good, or on its way out, nothing is made; its other conditions say so.
    if (owner === undefined && outcome.kind === "unknown") tell({ kind: "unmanaged" });
    if (owner === undefined || settings === undefined || !isReady) return;
    const { operatorConfig } = store.state().snapshot;
    const place = { namespace, operatorName, owner };
    await takeSteps({ place, operatorConfig, settings, nodes, applier, reflectors, signal, tell, blocked });
  };

  const standing = (): AgentsStanding => {
    const { problem, settings } = file.reading();
    if (problem !== undefined) return { kind: "blocked", reason: reasons.invalid, message: problem };
    if (outcome.kind === "unknown") return whyUnknown(reflectors) ?? outcome;
    if (outcome.kind !== "made") return outcome;
    const daemonSet = reflectors.daemonSets.objects.get(keyFor(settings?.daemonSetName ?? "", namespace));
    return { kind: "made", ...(daemonSet && { daemonSet }) };
  };
  return { run, standing, nodes, file, reflectors };
}

/** What keeps the objects from being compared, if it is more than time. */
function whyUnknown(reflectors: OwnReflectors): AgentsStanding | undefined {
  const [problem] = Object.values(reflectors).flatMap((reflector) => reflector.problem() ?? []);
  return problem && { kind: "failing", message: problem.message };
}

interface Steps extends Omit<ReconcileAgentsOptions, "objects"> {
  readonly nodes: () => readonly AgentNode[];
  readonly reflectors: OwnReflectors;
  readonly blocked: (names: readonly string[]) => void;
}

/** Each step is taken, whatever became of the one before: an agent that cannot be made takes no event Service along. */
async function takeSteps({ nodes, reflectors, blocked, ...step }: Steps): Promise<void> {
  const areEventsOn = asksForEvents(step.operatorConfig);
  const outcomes = await Promise.allSettled([
    reconcileAgents({ ...step, objects: reflectors.daemonSets.objects }),
    reconcileEvents({ ...step, nodes: areEventsOn ? nodes() : [], reflectors, blocked }),
  ]);
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

function agentNodes(
  store: Pick<ClusterStore, "state" | "nodeAddresses">,
  settings: AgentSettings | undefined,
): readonly AgentNode[] {
  const { nodes, operatorConfig } = store.state().snapshot;
  const nodeSelector = agentNodeSelector(operatorConfig, settings);
  return nodes
    .filter((node) => isAgentNode(node, nodeSelector))
    .map(({ metadata: { name } }) => ({ name, addresses: store.nodeAddresses(name) }));
}

/** Says once what is in the way. */
function createWarning(log: Logger): (names: readonly string[]) => void {
  let said = "";
  return (names) => {
    const text = names.slice(0, 5).join(", ");
    if (text !== said && text !== "") {
      log.warn("Services of others have names of event Services; delete them, or these nodes' events have no name", {
        services: text,
        count: names.length,
      });
    }
    said = text;
  };
}
