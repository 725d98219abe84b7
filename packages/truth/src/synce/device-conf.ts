import { getOption, isInterfaceName, parseConf, sectionKind, sectionLabel, type ConfDocument } from "@ptp/ptp";
import type { NetworkOption } from "./quality.ts";

/** A device as a configuration of synce4l describes it. */
export interface SynceDeviceConf {
  readonly name: string;
  readonly interfaces: readonly string[];
  readonly networkOption: NetworkOption;
  readonly extendedTlv: boolean;
}

/** The devices of a configuration, each with the interfaces up to the next one's header. */
export function synceDevices(synce4lConf = ""): readonly SynceDeviceConf[] {
  const { conf } = parseConf(synce4lConf);
  const devices: { section: string; interfaces: string[] }[] = [];
  for (const { name } of conf.sections) {
    if (sectionKind(name) === "synce-device") devices.push({ section: name, interfaces: [] });
    else if (sectionKind(name) === "interface" && isInterfaceName(name)) devices.at(-1)?.interfaces.push(name);
  }
  return devices.map(({ section, interfaces }) => ({
    name: sectionLabel(section),
    interfaces,
    networkOption: optionOf(conf, section, "network_option") === "2" ? 2 : 1,
    extendedTlv: optionOf(conf, section, "extended_tlv") === "1",
  }));
}

/** What the device does not say, the program's settings do. */
function optionOf(conf: ConfDocument, section: string, key: string): string | undefined {
  return getOption(conf, section, key) ?? getOption(conf, "global", key);
}
