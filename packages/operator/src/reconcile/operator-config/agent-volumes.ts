import { agentFolders, type AgentFolder } from "@ptp/node";
import { agentAudience } from "../../identity/agent-identity.ts";
import type { AgentSettings } from "./agent-settings.ts";
import { agentTls } from "./agent-tls.ts";

/** A volume with the place where the agent finds it. */
export interface MountedVolume {
  readonly name: string;
  /** The source of the volume, in Kubernetes' words. */
  readonly source: Readonly<Record<string, unknown>>;
  readonly mountPath: string;
  readonly readOnly?: true;
}

/** Folder with the authority of the operator. */
export const agentCaFolder = "/etc/ptp-agent/ca";

/** Folder with the pod's token. */
export const agentTokenFolder = "/etc/ptp-agent/token";

/**
 * All that the agent reads and writes outside its image, whose root it cannot write (docs/privileges.md). The ConfigMap is
 * optional: a node whose agent knows its config keeps time without it.
 */
export function agentVolumes(operatorName: string, settings: AgentSettings): readonly MountedVolume[] {
  return [
    // Without the privilege no device can be opened but those a device plugin gives, and puts there itself.
    ...agentFolders.filter(({ kind }) => kind !== "device" || settings.privileged).map(toVolume),
    configMap("operator-ca", `${operatorName}-agent-ca`, agentCaFolder),
    { name: "token", source: tokenFor(3600), mountPath: agentTokenFolder, readOnly: true },
    ...agentTls(settings).volumes,
  ];
}

function toVolume({ path, kind }: AgentFolder): MountedVolume {
  const name = path.slice(1).replaceAll("/", "-");
  switch (kind) {
    case "host":
      return { name, source: { hostPath: { path, type: "DirectoryOrCreate" } }, mountPath: path };
    case "device":
      return { name, source: { hostPath: { path, type: "Directory" } }, mountPath: path };
    case "memory":
      // Counts against the memory of the container; files there are small.
      return { name, source: { emptyDir: { medium: "Memory", sizeLimit: "64Mi" } }, mountPath: path };
  }
}

function configMap(volume: string, name: string, mountPath: string): MountedVolume {
  return { name: volume, source: { configMap: { name, optional: true } }, mountPath, readOnly: true };
}

function tokenFor(expirationSeconds: number) {
  const serviceAccountToken = { audience: agentAudience, expirationSeconds, path: "token" };
  return { projected: { sources: [{ serviceAccountToken }] } };
}
