/** Names of what the authority keeps and serves. */
export interface AuthorityNames {
  readonly namespace: string;
  /** Value of the label `app.kubernetes.io/instance`. */
  readonly prefix: string;
  /** The Secret with the authority's keys: its content is looked at by the leader alone. */
  readonly keys: string;
  /** The Secret with the certificate that all replicas show. */
  readonly server: string;
  /** The ConfigMap with what agents trust. */
  readonly bundle: string;
  /** The ValidatingWebhookConfiguration. */
  readonly webhook: string;
  /** What the certificate is good for. */
  readonly dnsNames: readonly string[];
}

/** The names that follow from the prefix of names and the operator's namespace. */
export function authorityNames(prefix: string, namespace: string): AuthorityNames {
  const hosts = [prefix, `${prefix}-webhook`].map((service) => `${service}.${namespace}.svc`);
  return {
    namespace,
    prefix,
    keys: `${prefix}-ca`,
    server: `${prefix}-tls`,
    bundle: `${prefix}-agent-ca`,
    webhook: `${prefix}-${namespace}`,
    dnsNames: hosts.flatMap((host) => [host, `${host}.cluster.local`]),
  };
}
