/** Documents as one YAML text; JSON is YAML. */
export function manifest(...documents: readonly object[]): string {
  return documents.map((document) => `${JSON.stringify(document)}\n`).join("---\n");
}

/** A Node document. */
export function node(name: string, labels: Readonly<Record<string, string>> = {}) {
  return { apiVersion: "v1", kind: "Node", metadata: { name, labels } };
}

/** A PtpConfig with these profiles and recommendations, without a namespace. */
export function ptpConfig(name: string, profile: readonly object[], recommend: readonly object[]) {
  return { apiVersion: "ptp.openshift.io/v1", kind: "PtpConfig", metadata: { name }, spec: { profile, recommend } };
}

/** A recommendation of a profile for the nodes named. */
export function recommend(profile: string, priority: number, ...nodeNames: readonly string[]) {
  return { profile, priority, match: nodeNames.map((nodeName) => ({ nodeName })) };
}

/** An ordinary clock on ens1f0. */
export const ordinaryClock = {
  name: "oc",
  interface: "ens1f0",
  ptp4lOpts: "-2 -s",
  phc2sysOpts: "-a -r",
  ptp4lConf: "[global]\nslaveOnly 1\n",
};
