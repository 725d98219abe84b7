import type { AgentSettings } from "./agent-settings.ts";
import type { MountedVolume } from "./agent-volumes.ts";
import type { TlsSources } from "./tls-sources.ts";

/** Files that an agent serves, or trusts consumers, by: its flags for them and the volumes they are in. */
interface AgentFiles {
  readonly args: readonly string[];
  readonly volumes: readonly MountedVolume[];
}

/**
 * The files of metrics and events by HTTPS; nothing where neither is wanted. All volumes are optional: without them an agent
 * tells what is missing and tries again, but its node keeps time.
 */
export function agentTls({ metricsTls, events }: AgentSettings): AgentFiles {
  const parts = [
    // The agent reads as root; the events process as somebody else, whom no group reaches.
    ...(metricsTls ? [served("metrics", metricsTls, 0o400)] : []),
    ...(events?.tls ? [served("event", events.tls, 0o444)] : []),
    ...(events?.consumerCaConfigMap ? [trusted("event-consumer-ca", events.consumerCaConfigMap)] : []),
  ];
  return { args: parts.flatMap(({ args }) => args), volumes: parts.flatMap(({ volumes }) => volumes) };
}

function served(what: "metrics" | "event", { secretName, clientCaConfigMap }: TlsSources, mode: number): AgentFiles {
  const flag = `${what}-tls`;
  const mountPath = folderOf(flag);
  const secret = { secretName, defaultMode: mode, optional: true };
  const clients = clientCaConfigMap === undefined ? [] : [trusted(`${flag}-client-ca`, clientCaConfigMap)];
  return {
    args: [
      `--${flag}-cert=${mountPath}/tls.crt`,
      `--${flag}-key=${mountPath}/tls.key`,
      ...clients.flatMap(({ args }) => args),
    ],
    volumes: [
      { name: flag, source: { secret }, mountPath, readOnly: true },
      ...clients.flatMap(({ volumes }) => volumes),
    ],
  };
}

function trusted(flag: string, name: string): AgentFiles {
  const mountPath = folderOf(flag);
  const source = { configMap: { name, optional: true } };
  return { args: [`--${flag}=${mountPath}/ca.crt`], volumes: [{ name: flag, source, mountPath, readOnly: true }] };
}

function folderOf(flag: string): string {
  return `/etc/ptp-agent/${flag}`;
}
