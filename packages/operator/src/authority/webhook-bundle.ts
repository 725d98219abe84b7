import type { Applier, KubeObject, Resource } from "@ptp/cluster";

/** A ValidatingWebhookConfiguration as far as its authority goes. */
export interface WebhookConfiguration extends KubeObject {
  readonly webhooks?: readonly { readonly name: string; readonly clientConfig?: { readonly caBundle?: string } }[];
}

/** Where ValidatingWebhookConfigurations are served. */
export const webhookConfigurations: Resource<WebhookConfiguration> = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  plural: "validatingwebhookconfigurations",
  kind: "ValidatingWebhookConfiguration",
  namespaced: false,
};

/**
 * What must be applied to the operator's webhooks so that the API server trusts these authorities; undefined if they
 * are what it trusts already. Nothing but `caBundle` is owned by it: address and rules stay the chart's.
 *
 * @param pem certificates of authorities.
 */
export function webhookPatch(configuration: WebhookConfiguration, pem: string): WebhookConfiguration | undefined {
  const caBundle = Buffer.from(pem).toString("base64");
  const { apiVersion, kind, metadata, webhooks = [] } = configuration;
  if (webhooks.every(({ clientConfig }) => clientConfig?.caBundle === caBundle)) return undefined;
  return {
    apiVersion,
    kind,
    metadata: { name: metadata.name },
    webhooks: webhooks.map(({ name }) => ({ name, clientConfig: { caBundle } })),
  };
}

/** Makes the API server trust these authorities. @throws ApiError */
export async function writeWebhookBundle(
  applier: Applier,
  configuration: WebhookConfiguration | undefined,
  pem: string,
): Promise<void> {
  const wanted = configuration && webhookPatch(configuration, pem);
  if (wanted !== undefined) await applier.apply(webhookConfigurations, wanted, { force: true });
}
