/** A custom resource or Node as JSON. */
export type Document = Readonly<Record<string, unknown>>;

/** A Node; nodes without labels of their own are found by name. */
export function nodeDocument(name: string): Document {
  return { apiVersion: "v1", kind: "Node", metadata: { name, labels: { "ptp/bench": "true" } } };
}

/** Many documents as one. */
export function listDocument(items: readonly Document[]): Document {
  return { apiVersion: "v1", kind: "List", items };
}

/** What a PtpConfig with one profile says. */
export interface ConfigParts {
  readonly name: string;
  /** Name of the node it is for; absent: all nodes of the benchmark. */
  readonly nodeName?: string;
  readonly ptp4lConf: string;
}

/** A PtpConfig with one profile that runs one ptp4l. */
export function configDocument({ name, nodeName, ptp4lConf }: ConfigParts): Document {
  const match = nodeName === undefined ? { nodeLabel: "ptp/bench" } : { nodeName };
  const thresholds = { holdOverTimeout: 3, maxOffsetThreshold: 100_000, minOffsetThreshold: -100_000 };
  return {
    apiVersion: "ptp.openshift.io/v1",
    kind: "PtpConfig",
    metadata: { name, namespace: "openshift-ptp" },
    spec: {
      profile: [{ name: "bench", ptp4lOpts: "-2", ptp4lConf, ptpClockThreshold: thresholds }],
      recommend: [{ profile: "bench", priority: 4, match: [match] }],
    },
  };
}
