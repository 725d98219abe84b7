import type { PtpConfig } from "@ptp/api";

interface PlainSample {
  readonly name: string;
  readonly nodeLabel: string;
  readonly ptp4lOpts: string;
  readonly global: readonly string[];
  /** Interfaces, and whether each gives time. */
  readonly ports: Readonly<Record<string, 0 | 1>>;
}

const underTest = "ptp/clock-under-test";
const boundary = { nodeLabel: underTest, ptp4lOpts: "-2", global: ["boundary_clock_jbod 1", "gmCapable 0"] };

const plainSamples: Readonly<Record<string, PlainSample>> = {
  "conformance-test-grandmaster.yaml": {
    name: "test-grandmaster",
    nodeLabel: "ptp/test-grandmaster",
    ptp4lOpts: "-2",
    global: ["priority1 0", "clockClass 6"],
    ports: { ens4f0: 1 },
  },
  "conformance-test-bc-master1.yaml": { ...boundary, name: "test-bc-master1", ports: { ens1f0: 0, ens1f1: 1 } },
  "conformance-test-bc-master2.yaml": { ...boundary, name: "test-bc-master2", ports: { ens2f0: 0, ens2f1: 1 } },
  "conformance-test-slave1.yaml": {
    name: "test-slave1",
    nodeLabel: underTest,
    ptp4lOpts: "-2 -s",
    global: [],
    ports: { ens1f0: 0 },
  },
  "conformance-test-slave1-dualfollower.yaml": {
    name: "test-slave1",
    nodeLabel: underTest,
    ptp4lOpts: "-2 -s",
    global: ["slaveOnly 1"],
    ports: { ens1f0: 0, ens1f1: 0 },
  },
};

const everywhere = [
  "domainNumber 24",
  "dataset_comparison G.8275.x",
  "network_transport L2",
  "logAnnounceInterval -3",
  "logSyncInterval -4",
  "logMinDelayReqInterval -4",
  "fault_reset_interval -4",
];

/** What counts of a sample, for checkouts without the samples beside them. Throws for one that is not known here. */
export function plainSample(file: string): PtpConfig {
  const sample = plainSamples[file];
  if (sample === undefined) throw new Error(`${file}: no such sample`);
  const { name, nodeLabel, ptp4lOpts, global, ports } = sample;
  const sections = Object.entries(ports).flatMap(([port, gives]) => [`[${port}]`, `masterOnly ${gives}`]);
  const [only, ...others] = Object.keys(ports);
  const ptp4lConf = ["[global]", ...everywhere, ...global, ...sections, ""].join("\n");
  const profile = { name, ptp4lOpts, ptp4lConf, ...(only !== undefined && others.length === 0 && { interface: only }) };
  return {
    apiVersion: "ptp.openshift.io/v1",
    kind: "PtpConfig",
    metadata: { name },
    spec: { profile: [profile], recommend: [{ profile: name, priority: 5, match: [{ nodeLabel }] }] },
  };
}
