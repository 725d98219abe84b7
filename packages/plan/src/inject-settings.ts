import { ensureSection, getOption, setOption, type ConfDocument } from "@ptp/ptp";

/** What the agent sets in a configuration, whatever the user wrote. Absent: left as it is. */
export interface InjectedSettings {
  /** Interface of the profile; gets a section. */
  readonly interface?: string;
  readonly messageTag: string;
  readonly udsAddress?: string;
  /** Source of NMEA sentences; set only if the configuration names one. */
  readonly nmeaSerialPort?: string;
  /** Leap second list; set if the configuration names one, or if `needsLeapFile`. */
  readonly leapFile: string;
  readonly needsLeapFile?: boolean;
}

/** Sets them in the order of daemon.md §3.2, which is the order of the lines in the file. */
export function injectSettings(conf: ConfDocument, settings: InjectedSettings): ConfDocument {
  let injected = settings.interface === undefined ? conf : ensureSection(conf, settings.interface);
  injected = setOption(injected, "global", "message_tag", settings.messageTag);
  if (settings.udsAddress !== undefined) injected = setOption(injected, "global", "uds_address", settings.udsAddress);
  if (settings.nmeaSerialPort !== undefined && hasGlobal(injected, "ts2phc.nmea_serialport"))
    injected = setOption(injected, "global", "ts2phc.nmea_serialport", settings.nmeaSerialPort);
  if (settings.needsLeapFile === true || hasGlobal(injected, "leapfile"))
    injected = setOption(injected, "global", "leapfile", settings.leapFile);
  return injected;
}

/** True if `[global]` sets the option. */
export function hasGlobal(conf: ConfDocument, option: string): boolean {
  return getOption(conf, "global", option) !== undefined;
}
