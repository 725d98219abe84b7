import type { SecretDocument } from "@ptp/api";
import {
  createReflector,
  resources,
  type ApiClient,
  type KubeObject,
  type Reflector,
  type Resource,
} from "@ptp/cluster";
import type { Logger, Part } from "@ptp/kit";
import type { AuthorityNames } from "./authority-names.ts";
import { webhookConfigurations, type WebhookConfiguration } from "./webhook-bundle.ts";

/** What every replica follows of the authority's objects. Of the keys it learns only that they changed. */
export interface AuthorityWatch extends Part {
  /** The Secret with the certificate that is shown. */
  server(): SecretDocument | undefined;
  webhook(): WebhookConfiguration | undefined;
  /** Calls back after anything changed; returns the way to stop it. */
  subscribe(listener: () => void): () => void;
}

/** What the watch needs. */
export interface AuthorityWatchOptions {
  readonly client: Pick<ApiClient, "request" | "stream">;
  readonly log: Logger;
  readonly names: AuthorityNames;
  /** Whether the operator serves admission: only then it may read the webhook's configuration. */
  readonly hasWebhook: boolean;
}

/** Creates the watch; it follows from `start` to `stop`. */
export function createAuthorityWatch({ client, log, names, hasWebhook }: AuthorityWatchOptions): AuthorityWatch {
  const { namespace } = names;
  const follow = <T extends KubeObject>(
    resource: Resource<T>,
    name: string,
    transform?: (object: T) => T,
  ): Reflector<T> =>
    createReflector<T>({
      client,
      log,
      resource,
      ...(resource.namespaced && { namespace }),
      fieldSelector: `metadata.name=${name}`,
      ...(transform && { transform }),
    });
  const keys = follow<SecretDocument>(resources.secrets, names.keys, withoutContent);
  const server = follow<SecretDocument>(resources.secrets, names.server);
  const bundle = follow(resources.configmaps, names.bundle, withoutContent);
  const webhook = hasWebhook ? follow(webhookConfigurations, names.webhook) : undefined;
  const all = [keys, server, bundle, ...(webhook ? [webhook] : [])];
  return {
    name: "authority's objects",
    start: async (signal) => {
      for (const reflector of all) await reflector.start(signal);
    },
    stop: async () => void (await Promise.all(all.map((reflector) => reflector.stop()))),
    server: () => server.objects.get(`${namespace}/${names.server}`),
    webhook: () => webhook?.objects.get(names.webhook),
    subscribe: (listener) => {
      const stops = all.map((reflector) => reflector.subscribe(() => listener()));
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

function withoutContent<T extends KubeObject>({ apiVersion, kind, metadata }: T): T {
  return { apiVersion, kind, metadata } as T;
}
