import { isJsonObject } from "@ptp/api";
import type { ConfigObject, NodeObject } from "@ptp/resolve";
import type { AgentSettings } from "./agent-settings.ts";

const allLinuxNodes = { "kubernetes.io/os": "linux" };

/**
 * Labels a node must have, with their values, to have an agent. A daemonNodeSelector that names labels replaces "every
 * Linux node"; those of the settings come on top.
 */
export function agentNodeSelector(
  operatorConfig: ConfigObject | undefined,
  settings: Pick<AgentSettings, "nodeSelector"> | undefined,
): Readonly<Record<string, string>> {
  const spec = isJsonObject(operatorConfig?.spec) ? operatorConfig.spec : {};
  const wanted = isJsonObject(spec["daemonNodeSelector"]) ? spec["daemonNodeSelector"] : {};
  const labels = Object.entries(wanted).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return { ...(labels.length === 0 ? allLinuxNodes : Object.fromEntries(labels)), ...settings?.nodeSelector };
}

/** Whether a node shall have an agent. Taints do not count: agents tolerate what their settings say, by default all. */
export function isAgentNode({ metadata }: NodeObject, nodeSelector: Readonly<Record<string, string>>): boolean {
  return Object.entries(nodeSelector).every(([key, value]) => metadata.labels?.[key] === value);
}
