import {
  apiVersionOf,
  fieldManager,
  hasStatus,
  resourcePath,
  resources,
  type ApiClient,
  type OwnerReference,
} from "@ptp/cluster";
import type { ClusterDocument } from "@ptp/api";
import { operatorConfigName } from "../../store/object-key.ts";

/** What making the PtpOperatorConfig needs. */
export interface CreateDefaultOptions {
  readonly client: Pick<ApiClient, "request">;
  readonly namespace: string;
  readonly fence: () => void;
  readonly signal: AbortSignal;
}

/**
 * Makes the PtpOperatorConfig `default`: agents on every Linux node. One that somebody made meanwhile stays as it is,
 * which an apply could not promise.
 *
 * @throws ApiError; AppError of the fence.
 */
export async function createDefault({ client, namespace, fence, signal }: CreateDefaultOptions): Promise<void> {
  const resource = resources.ptpoperatorconfigs;
  const body = {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: { name: operatorConfigName, namespace },
    spec: { daemonNodeSelector: {} },
  };
  const path = resourcePath(resource, { namespace });
  try {
    await client.request({ method: "POST", path, query: { fieldManager }, body, fence, signal });
  } catch (error) {
    if (!hasStatus(error, 409)) throw error;
  }
}

/**
 * The reference by which objects go with the PtpOperatorConfig; undefined while there is none, or it is being deleted. It
 * delays no deletion, so it needs no permission of its own.
 */
export function ownerReference(document: ClusterDocument | undefined): OwnerReference | undefined {
  const { uid, name, deletionTimestamp } = document?.metadata ?? {};
  if (document === undefined || uid === undefined || name === undefined || deletionTimestamp !== undefined) {
    return undefined;
  }
  return { apiVersion: document.apiVersion, kind: document.kind, name, uid, controller: true };
}
