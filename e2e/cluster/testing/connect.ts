import { createApiClient, loadKubeConfig, type ApiClient } from "@ptp/cluster";
import type { TestContext } from "node:test";

/** A client by a kubeconfig file that closes with the test. */
export function connect(t: TestContext, kubeconfig: string): ApiClient {
  const client = createApiClient(loadKubeConfig({ kubeconfig }));
  t.after(() => client.close());
  return client;
}
