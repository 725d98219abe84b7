import { fromProfileJson, type JsonValue, type NodeProfile } from "@ptp/node";
import { clockLimits, type ClockLimits } from "@ptp/truth";

/** What the existing daemon has configured, by the name of its file, such as `ptp4l.0.config`. */
export interface DaemonConfig {
  readonly name: string;
  /** Absent: its lines mean nothing. */
  readonly profile?: string;
  /** Interfaces of its ports, number 1 first. */
  readonly interfaces: readonly string[];
  /** Ports that may only transmit time, by number. */
  readonly transmitters: ReadonlySet<number>;
  readonly limits: ClockLimits;
  /** A boundary clock of telecom: the daemon tells its state. */
  readonly isTelecom: boolean;
  /** Profiles among which phc2sys chooses. */
  readonly haProfiles: readonly string[];
  readonly hasPhc2sys: boolean;
}

/** Files of the daemon, by name, with the JSON of its node's profiles. */
export interface DaemonFiles {
  readonly profilesJson?: string;
  readonly configs: ReadonlyMap<string, string>;
}

/** Reads what the daemon has written; files of which nothing is understood give configs without profile. */
export function readDaemonConfigs({ profilesJson, configs }: DaemonFiles): ReadonlyMap<string, DaemonConfig> {
  const profiles = profilesOf(profilesJson);
  return new Map([...configs].map(([name, text]) => [name, configOf(name, text, profiles)]));
}

/** A config that no file tells of. */
export function unknownConfig(name: string): DaemonConfig {
  return configOf(name, "", []);
}

function configOf(name: string, text: string, profiles: readonly NodeProfile[]): DaemonConfig {
  const profileName = /profile: *([\w-]+)/.exec(text)?.[1];
  const profile = profiles.find((each) => each.name === profileName);
  const sections = sectionsOf(text, name);
  const settings = profile?.ptpSettings ?? {};
  return {
    name,
    ...(profileName !== undefined && { profile: profileName }),
    interfaces: sections.map(({ interfaceName }) => interfaceName),
    transmitters: new Set(sections.flatMap(({ isTransmitter }, at) => (isTransmitter ? [at + 1] : []))),
    limits: daemonLimits(profile),
    isTelecom: settings["controllingProfile"] !== undefined || profile?.ts2phcOpts?.includes("external_pps") === true,
    haProfiles: (settings["haProfiles"] ?? "").split(",").flatMap((each) => each.trim() || []),
    hasPhc2sys: profile?.phc2sysOpts !== undefined && profile.phc2sysOpts !== "",
  };
}

/** What makes no sense takes its default, as with the existing sidecar. */
function daemonLimits(profile: NodeProfile | undefined): ClockLimits {
  const [limits, standard] = [clockLimits(profile ?? {}), clockLimits({})];
  const maxOffsetNs = limits.maxOffsetNs > 0 ? limits.maxOffsetNs : standard.maxOffsetNs;
  return {
    ...limits,
    maxOffsetNs,
    minOffsetNs: limits.minOffsetNs > maxOffsetNs ? maxOffsetNs - 1 : limits.minOffsetNs,
    holdoverMs: limits.holdoverMs > 0 ? limits.holdoverMs : standard.holdoverMs,
  };
}

interface Section {
  readonly interfaceName: string;
  readonly isTransmitter: boolean;
}

function sectionsOf(text: string, name: string): readonly Section[] {
  const parts = text.split(/^\s*\[/m).slice(1);
  return parts.flatMap((part) => {
    const end = part.indexOf("]");
    const interfaceName = part.slice(0, end);
    if (end < 1 || interfaceName === "global" || interfaceName === name || interfaceName.startsWith("<")) return [];
    return [{ interfaceName, isTransmitter: /^\s*(?:masterOnly|serverOnly)\s+1\s*$/m.test(part) }];
  });
}

function profilesOf(text: string | undefined): readonly NodeProfile[] {
  if (text === undefined) return [];
  try {
    // The daemon writes two fields in capitals that resources do not have.
    const value: JsonValue = JSON.parse(text.replaceAll(/"ts2Phc(Opts|Conf)":/g, '"ts2phc$1":'));
    return fromProfileJson(value).profiles;
  } catch {
    // The daemon replaces the file now and then; thresholds are the defaults until it is whole.
    return [];
  }
}
