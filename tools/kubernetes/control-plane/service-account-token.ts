import type { ApiClient } from "./api-client.ts";

/** Which token to ask for. */
export interface TokenRequest {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Default: the API server itself. */
  readonly audience?: string;
  /** Default one hour; the API server refuses less than 600. */
  readonly expirationSeconds?: number;
  /** The token ends with this pod; its uid goes into the token. */
  readonly pod?: { readonly name: string; readonly uid: string };
}

/** Gets a token as kubelets do for projected volumes. The service account must exist. */
export async function requestToken(api: ApiClient, wanted: TokenRequest): Promise<string> {
  const { namespace, serviceAccount, audience, expirationSeconds = 3600, pod } = wanted;
  const spec = {
    expirationSeconds,
    ...(audience === undefined ? {} : { audiences: [audience] }),
    ...(pod === undefined ? {} : { boundObjectRef: { apiVersion: "v1", kind: "Pod", name: pod.name, uid: pod.uid } }),
  };
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`;
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec };
  const answer = (await api.request("POST", path, body)) as { readonly status: { readonly token: string } };
  return answer.status.token;
}
