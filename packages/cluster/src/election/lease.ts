import type { KubeMeta, KubeObject } from "../objects/kube-object.ts";
import type { Resource } from "../objects/resource.ts";

/** A coordination.k8s.io/v1 Lease as far as an election reads it. */
export interface Lease extends KubeObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    /** Wall-clock times, for people only: clocks differ, so nobody decides by them. */
    readonly acquireTime?: string;
    readonly renewTime?: string;
    readonly leaseTransitions?: number;
  };
}

/** Where leases are served. */
export const leases: Resource<Lease> = {
  group: "coordination.k8s.io",
  version: "v1",
  plural: "leases",
  kind: "Lease",
  namespaced: true,
};

/** What a candidate writes into a lease. */
export interface Claim {
  readonly namespace: string;
  readonly name: string;
  /** Empty to give the lease up. */
  readonly holder: string;
  readonly leaseDurationMs: number;
  /** The time of day, for people. */
  readonly time: Date;
}

/** The lease to write over `current`, or to create where there is none. Foreign labels and annotations stay. */
export function claimLease(current: Lease | undefined, claim: Claim): Lease {
  const { holder, time } = claim;
  const before = current?.spec?.holderIdentity ?? "";
  const isNew = before !== holder && holder !== "";
  const renewTime = microTime(time);
  const acquireTime = isNew ? renewTime : current?.spec?.acquireTime;
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: current === undefined ? { name: claim.name, namespace: claim.namespace } : metadataOf(current.metadata),
    spec: {
      holderIdentity: holder,
      // A lease that was given up keeps nobody waiting, whoever reads it.
      leaseDurationSeconds: holder === "" ? 1 : Math.ceil(claim.leaseDurationMs / 1000),
      renewTime,
      ...(acquireTime !== undefined && { acquireTime }),
      leaseTransitions: (current?.spec?.leaseTransitions ?? 0) + Number(isNew && current !== undefined),
    },
  };
}

function metadataOf(metadata: KubeMeta): KubeMeta {
  const { managedFields: _, ...rest } = metadata;
  return rest;
}

/** Kubernetes' MicroTime has six digits after the point, no more and no less. */
function microTime(time: Date): string {
  return time.toISOString().replace("Z", "000Z");
}
