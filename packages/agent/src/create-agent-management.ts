import type { Ptp4lInstance } from "@ptp/plan";
import { announceAlike, announceIntents, type NodeState } from "@ptp/truth";
import type { Registry } from "prom-client";
import type { AgentInput } from "./agent-input.ts";
import { createAnnouncePort } from "./announce/announce-port.ts";
import { createAnnouncer, type Announcer } from "./announce/announcer.ts";
import { openLinuxDatagramPort } from "./host/linux-datagram.ts";
import { createManagementMetrics, type ManagementMetrics } from "./metrics/management-metrics.ts";
import { createManagementQueries, type ManagementQueries } from "./observe/management-queries.ts";
import {
  createNewsSubscription,
  type NewsSubscription,
  type NewsSubscriptionOptions,
} from "./observe/news-subscription.ts";
import { createTlvKnowledge, type TlvKnowledge } from "./observe/tlv-knowledge.ts";

/** Where ptp4l answers the agent. */
const managementSocketPath = "/var/run/ptp-agent.socket";

/** Where the ptp4l of that process key tells the agent of its changes. */
const newsSocketPath = (key: string): string => `/var/run/ptp-agent.${key}.news.socket`;

/** What listens to what is learnt from ptp4l. */
export interface ManagementListener {
  /** A report would tell something else. */
  readonly changed: () => void;
  /** Other host facts follow. */
  readonly onFacts: () => void;
}

/** Everything by which the agent speaks with ptp4l. */
export interface AgentManagement {
  readonly queries: ManagementQueries;
  readonly knowledge: TlvKnowledge;
  /** These run now. */
  follow(instances: readonly Ptp4lInstance[]): void;
  readonly subscribe: (instance: Ptp4lInstance, onNews: NewsSubscriptionOptions["onNews"]) => NewsSubscription;
  /** That ptp4l answers for the first time since its start. */
  readonly onAnswering: (instance: Ptp4lInstance) => void;
  /** What is known of the node is something else. */
  onState(state: NodeState): void;
  /** What could not be asked or written, for people. */
  notices(): readonly string[];
  /** Writes nothing more from the call on; the socket stays until `asked`, when others have asked all they will. */
  stop(asked?: Promise<void>): Promise<void>;
}

/** Wires questions, subscriptions and announcements; nothing is sent yet. */
export function createAgentManagement(
  input: AgentInput,
  registry: Registry,
  { changed, onFacts }: ManagementListener,
): AgentManagement {
  const metrics = createManagementMetrics(registry, input.options.nodeName);
  const queries = createQueries(input, metrics);
  const knowledge = createTlvKnowledge({ queries, onChange: onFacts, log: input.log });
  let instances: readonly Ptp4lInstance[] = [];
  let announced: NodeState | undefined;
  const instanceOf = (configName: string) => instances.find((each) => each.configName === configName);
  const port = createAnnouncePort(queries, instanceOf);
  const announcer: Announcer = createAnnouncer({ ...time, port, metrics, onNotices: changed, log: input.log });
  return {
    queries,
    knowledge,
    follow: (running) => {
      instances = running;
      metrics.follow(running.map(({ configName }) => configName));
    },
    subscribe: (instance, onNews) =>
      createNewsSubscription({ instance, path: newsSocketPath(instance.key), openPort: openLinuxDatagramPort, onNews }),
    onAnswering: (instance) => {
      announcer.restarted(instance.configName);
      void knowledge.learn(instance);
    },
    onState: (state) => {
      if (announced !== undefined && announceAlike(announced, state)) return;
      announced = state;
      announcer.want(announceIntents(state));
    },
    notices: () => [...[queries.notice()].filter((each) => each !== undefined), ...announcer.notices()],
    stop: async (asked) => {
      await Promise.all([announcer.stop(), asked]);
      await queries.stop();
    },
  };
}

const time = { monotonicMs: () => performance.now(), random: Math.random } as const;

function createQueries({ pid, log }: AgentInput, metrics: ManagementMetrics): ManagementQueries {
  return createManagementQueries({
    ...time,
    path: managementSocketPath,
    openPort: openLinuxDatagramPort,
    clientNumber: pid,
    onAnswer: (instance, seconds) => noteAnswer(metrics, instance, seconds),
    log,
  });
}

function noteAnswer(metrics: ManagementMetrics, { configName }: Ptp4lInstance, seconds: number | undefined): void {
  if (seconds === undefined) metrics.noteSilence(configName);
  else metrics.noteAnswer(configName, seconds);
}
