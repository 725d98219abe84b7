import type { FollowedPod } from "../control-plane/follow-pods.ts";

/** A pod as far as the kubelet of a lab reads it. */
export interface LabPod extends FollowedPod {
  readonly metadata: FollowedPod["metadata"] & {
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
    readonly deletionGracePeriodSeconds?: number;
  };
  readonly spec: {
    readonly nodeName?: string;
    readonly serviceAccountName?: string;
    readonly containers: readonly LabContainer[];
    readonly volumes?: readonly LabVolume[];
  };
}

/** A container of such a pod. */
export interface LabContainer {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvironmentEntry[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly volumeMounts?: readonly VolumeMount[];
  readonly readinessProbe?: {
    readonly httpGet?: { readonly path?: string; readonly port: number | string };
    readonly periodSeconds?: number;
  };
}

interface EnvironmentEntry {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath: string } };
}

interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
}

/** Keys of a ConfigMap or Secret as files. */
export interface KeySource {
  readonly name?: string;
  readonly secretName?: string;
  readonly optional?: boolean;
  readonly items?: readonly { readonly key: string; readonly path: string }[];
}

/** A volume; kinds that are not listed are empty folders, host paths are the host's own. */
export interface LabVolume {
  readonly name: string;
  readonly hostPath?: { readonly path: string };
  readonly configMap?: KeySource;
  readonly secret?: KeySource;
  readonly projected?: { readonly sources?: readonly ProjectedSource[] };
}

interface ProjectedSource {
  readonly configMap?: KeySource;
  readonly secret?: KeySource;
  readonly serviceAccountToken?: {
    readonly path: string;
    readonly audience?: string;
    readonly expirationSeconds?: number;
  };
}
