import {
  createReflector,
  trimManagedFields,
  type AnyObject,
  type ApiClient,
  type Reflector,
  type Resource,
} from "@ptp/cluster";
import type { Logger } from "@ptp/kit";
import { ownLabels } from "../../own-labels.ts";
import { daemonSets, endpointSlices, services } from "./resources.ts";

/** The kinds of objects this reconciler makes, as the cluster has them. */
export interface OwnReflectors {
  /** All of the namespace, also those of others that are in the way. */
  readonly daemonSets: Reflector<AnyObject>;
  readonly services: Reflector<AnyObject>;
  /** Those of this operator. */
  readonly endpointSlices: Reflector<AnyObject>;
}

/** What the reflectors need. */
export interface OwnReflectorsOptions {
  readonly client: Pick<ApiClient, "request" | "stream">;
  readonly log: Logger;
  readonly namespace: string;
  readonly operatorName: string;
  /** A list or watch failed. */
  readonly failed: () => void;
}

/** Creates the reflectors; none is started. */
export function createOwnReflectors(options: OwnReflectorsOptions): OwnReflectors {
  const { client, log, namespace, operatorName, failed } = options;
  // After the reflector itself has noted it.
  const came = (outcome: string) => void (outcome === "failed" && queueMicrotask(failed));
  const reflect = (resource: Resource<AnyObject>, labelSelector?: string) =>
    createReflector<AnyObject>({
      client,
      log,
      namespace,
      resource,
      transform: trimManagedFields,
      hooks: { came },
      ...(labelSelector !== undefined && { labelSelector }),
    });
  const own = Object.entries(ownLabels(operatorName, "events")).map(([name, value]) => `${name}=${value}`);
  return {
    daemonSets: reflect(daemonSets),
    services: reflect(services),
    endpointSlices: reflect(endpointSlices, own.join(",")),
  };
}
