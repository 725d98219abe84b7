import { toText, validateSchema } from "@ptp/api";
import { AppError, messageOf } from "@ptp/kit";
import type { UpdateSettings } from "../rollout/rollout-view.ts";
import { toUpdateSettings, updateProblems, type GivenUpdateSettings } from "../rollout/update-settings.ts";
import {
  agentEventsProblems,
  toAgentEvents,
  type AgentEventsSettings,
  type GivenAgentEvents,
} from "./agent-events-settings.ts";
import { agentSettingsSchema } from "./agent-settings-schema.ts";
import { ownLabelNames } from "./own-objects.ts";
import { tlsProblems, toTlsSources, type GivenTlsSources, type TlsSources } from "./tls-sources.ts";

/** Kubernetes' own shapes, handed on as they are: the API server judges the rest of them. */
type Json = Readonly<Record<string, unknown>>;

/** What the operator makes the agents' DaemonSet of: the file of `--agent-settings`, defaults filled in. */
export interface AgentSettings {
  /** Another than `linuxptp-daemon` lets agents live beside the existing operator's daemon. */
  readonly daemonSetName: string;
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly imagePullSecrets: readonly Json[];
  readonly logLevel: "info" | "debug";
  readonly resources: Json;
  readonly priorityClassName: string;
  readonly tolerations: readonly Json[];
  readonly podAnnotations: Readonly<Record<string, string>>;
  readonly podLabels: Readonly<Record<string, string>>;
  readonly update: UpdateSettings;
  readonly serviceAccountName: string;
  /** `host:port` where agents reach the operator. */
  readonly operatorAddress: string;
  /** Whether agents may open every device of the host. */
  readonly privileged: boolean;
  readonly ports: { readonly metrics: number; readonly probes: number };
  /** Absent: metrics are served by plain HTTP. */
  readonly metricsTls?: TlsSources;
  /** Absent: events are served as the agent does by itself. */
  readonly events?: AgentEventsSettings;
  /** Labels a node needs beside those of the daemonNodeSelector: nodes that were moved over. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** In Kubernetes' words; undefined: none. */
  readonly affinity?: Json;
}

/**
 * Reads the text of a settings file.
 *
 * @throws AppError invalid with all that is wrong, each with its field, value and remedy.
 */
export function parseAgentSettings(text: string): AgentSettings {
  const value = parseJson(text);
  const findings = validateSchema(agentSettingsSchema, value, "").map(toText);
  if (findings.length > 0) throw new AppError("invalid", findings.join("; "));
  const settings = withDefaults(value as GivenSettings);
  const { metrics, events } = value as GivenSettings;
  const problems = [
    ...tlsProblems("metrics.tls", metrics?.tls),
    ...agentEventsProblems(events ?? {}),
    ...quantityProblems(settings),
    ...ownLabelProblems(settings),
    ...portProblems(settings),
    ...updateProblems(settings.update),
  ];
  if (problems.length > 0) throw new AppError("invalid", problems.join("; "));
  return settings;
}

/** The file as its schema lets it be. */
interface GivenSettings extends Partial<Omit<AgentSettings, "ports" | "update" | "metricsTls" | "events">> {
  readonly image: string;
  readonly serviceAccountName: string;
  readonly operatorAddress: string;
  readonly ports?: Partial<AgentSettings["ports"]> | null;
  readonly update?: GivenUpdateSettings | null;
  readonly metrics?: { readonly tls?: GivenTlsSources | null } | null;
  readonly events?: GivenAgentEvents | null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError("invalid", `is no JSON: ${messageOf(error)}`);
  }
}

function withDefaults(given: GivenSettings): AgentSettings {
  const { ports, affinity, events } = given;
  const metricsTls = toTlsSources(given.metrics?.tls);
  return {
    daemonSetName: given.daemonSetName ?? "linuxptp-daemon",
    image: given.image,
    serviceAccountName: given.serviceAccountName,
    operatorAddress: given.operatorAddress,
    imagePullPolicy: given.imagePullPolicy ?? "IfNotPresent",
    imagePullSecrets: given.imagePullSecrets ?? [],
    logLevel: given.logLevel ?? "info",
    resources: withTexts(given.resources ?? {}),
    priorityClassName: given.priorityClassName ?? "",
    tolerations: given.tolerations ?? [{ operator: "Exists" }],
    podAnnotations: given.podAnnotations ?? {},
    podLabels: given.podLabels ?? {},
    update: toUpdateSettings(given.update ?? {}),
    privileged: given.privileged ?? true,
    ports: { metrics: ports?.metrics ?? 9091, probes: ports?.probes ?? 8081 },
    nodeSelector: given.nodeSelector ?? {},
    ...(affinity && { affinity }),
    ...(metricsTls && { metricsTls }),
    ...(events && { events: toAgentEvents(events) }),
  };
}

/** People write `cpu: 1`; quantities are texts. */
function withTexts(resources: Json): Json {
  return Object.fromEntries(
    Object.entries(resources).map(([kind, amounts]) => [
      kind,
      Object.fromEntries(Object.entries(amounts ?? {}).map(([name, amount]) => [name, String(amount)])),
    ]),
  );
}

const quantity = /^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/;

function quantityProblems({ resources }: AgentSettings): readonly string[] {
  return Object.entries(resources).flatMap(([kind, amounts]) =>
    Object.entries(amounts as Json)
      .filter(([, amount]) => !quantity.test(amount as string))
      .map(([name, amount]) => {
        return `resources.${kind}.${name}: ${JSON.stringify(amount)} is no quantity; write one such as 50m or 128Mi`;
      }),
  );
}

function ownLabelProblems({ podLabels }: AgentSettings): readonly string[] {
  const names = Object.keys(podLabels).filter((name) => ownLabelNames.includes(name));
  return names.map((name) => `podLabels: ${name} is the operator's own, by which it finds its agents; remove it`);
}

function portProblems({ ports }: AgentSettings): readonly string[] {
  if (ports.metrics !== ports.probes) return [];
  return [`ports: metrics and probes are both ${ports.metrics}; write two ports`];
}
