import { reasons } from "@ptp/api";
import type { AnyObject, Applier, ObjectReader } from "@ptp/cluster";
import { toAppError } from "@ptp/kit";
import type { ConfigObject } from "@ptp/resolve";
import { agentNodeSelector } from "./agent-nodes.ts";
import type { AgentSettings } from "./agent-settings.ts";
import type { AgentsStanding } from "./agents-standing.ts";
import { applyDaemonSet } from "./apply-daemon-set.ts";
import type { ObjectPlace } from "./own-objects.ts";
import { renderDaemonSet } from "./render-daemon-set.ts";

/** What the step needs. */
export interface ReconcileAgentsOptions {
  readonly place: ObjectPlace;
  readonly operatorConfig: ConfigObject | undefined;
  readonly settings: AgentSettings;
  readonly applier: Applier;
  /** All DaemonSets of the namespace, as the watch has them. */
  readonly objects: ObjectReader<AnyObject>;
  readonly signal: AbortSignal;
  /** Told how it went, also when it failed. */
  readonly tell: (standing: AgentsStanding) => void;
}

/** Makes the agents' DaemonSet be what PtpOperatorConfig and settings ask for. @throws ApiError; AppError of the fence. */
export async function reconcileAgents(options: ReconcileAgentsOptions): Promise<void> {
  const { place, operatorConfig, settings, applier, objects, signal, tell } = options;
  const nodeSelector = agentNodeSelector(operatorConfig, settings);
  const wanted = renderDaemonSet({ place, settings, nodeSelector });
  const { operatorName } = place;
  try {
    tell((await applyDaemonSet(wanted, { applier, objects, operatorName, signal })) ?? { kind: "made" });
  } catch (caught) {
    const { kind, message } = toAppError(caught);
    if (kind === "invalid") tell({ kind: "blocked", reason: reasons.invalid, message });
    if (kind === "transient") tell({ kind: "failing", message });
    throw caught;
  }
}
