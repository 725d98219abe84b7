import type { PtpConfig, PtpProfile } from "@ptp/api";
import { readSamples, samplesMissing } from "../../../tools/kubernetes/testing/shared-samples.ts";
import { safeServo } from "../../../tools/lab/safe-servo.ts";
import { plainSample } from "./plain-sample.ts";

/** How one of the existing operator's samples is changed so that it runs here. */
export interface SampleChange {
  /** Default: the sample's own. */
  readonly name?: string;
  /** Lines of `[global]` that replace, or come after, the sample's own. */
  readonly global?: readonly string[];
  /** More sections, after the sample's last one; ports are then named by sections alone. */
  readonly ports?: readonly string[];
  /** Lines after the sample's last port section, whose options they are. */
  readonly lines?: readonly string[];
  /** Interfaces by the sample's names. */
  readonly interfaces?: Readonly<Record<string, string>>;
  /** Default: the sample's own. */
  readonly nodeLabel?: string;
  /** More fields of the profile. */
  readonly profile?: Partial<PtpProfile>;
}

/**
 * A PtpConfig of the conformance suite, read in place, for cables of a lab: software timestamps, a servo that leaves the
 * machine's clock alone, bounds for such a clock, no phc2sys. All else is the sample's, or what counts of it where the samples are not beside the checkout.
 */
export function sampleProfile(file: string, change: SampleChange = {}): PtpConfig {
  const config = samplesMissing() === undefined ? readSample(file) : plainSample(file);
  const [profile] = config.spec?.profile ?? [];
  const [recommend] = config.spec?.recommend ?? [];
  if (profile === undefined || recommend === undefined) throw new Error(`no PtpConfig in ${file}`);
  const { phc2sysOpts: _, interface: port, ...rest } = profile;
  const name = change.name ?? config.metadata.name;
  const changed: PtpProfile = {
    ...rest,
    name,
    // One interface by that field, or several by sections.
    ...(port !== undefined && change.ports === undefined && { interface: change.interfaces?.[port] ?? port }),
    ptp4lConf: confOf(profile.ptp4lConf ?? "", change),
    ptpClockThreshold: { holdOverTimeout: 5, maxOffsetThreshold: 100_000, minOffsetThreshold: -100_000 },
    ...change.profile,
  };
  const match = change.nodeLabel === undefined ? recommend.match : [{ nodeLabel: change.nodeLabel }];
  return {
    ...config,
    metadata: { name, namespace: "openshift-ptp" },
    spec: { profile: [changed], recommend: [{ ...recommend, profile: name, ...(match && { match }) }] },
  };
}

function readSample(file: string): PtpConfig {
  const found = readSamples().find(
    ({ name, resource }) => name.startsWith(`${file}#`) && resource.kind === "PtpConfig",
  );
  if (found === undefined) throw new Error(`no PtpConfig in ${file}`);
  return found.resource as PtpConfig;
}

/** So that a test does not wait longer than it must. */
const lively = ["announceReceiptTimeout 3", "time_stamping software"];

function confOf(text: string, { global = [], lines: inPort = [], ports = [], interfaces = {} }: SampleChange): string {
  const added = [...safeServo, ...lively, ...global];
  const replaced = new Set(added.map((line) => line.split(/\s/)[0]));
  const lines = text.split("\n").filter((line) => !replaced.has(line.split(/\s/)[0]));
  const firstPort = lines.findIndex((line) => line.startsWith("[") && line !== "[global]");
  const at = firstPort === -1 ? lines.length : firstPort;
  const renamed = lines
    .slice(at)
    .map((line) => line.replace(/^\[(.*)\]$/, (_, name: string) => `[${interfaces[name] ?? name}]`));
  return [...lines.slice(0, at), ...added, ...renamed, ...inPort, ...ports, ""].join("\n");
}
