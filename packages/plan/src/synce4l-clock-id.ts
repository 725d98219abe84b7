import { isInterfaceName, normaliseConf, sectionKind, setOption, getOption, type ConfDocument } from "@ptp/ptp";
import { settingOf, type ProfileContext } from "./profile-context.ts";

/**
 * Gives each synce4l device the identity of its hardware: `clock_id` if the configuration has it, else
 * `ptpSettings["clockId[<interface>]"]` of the first interface of that device that has such a setting.
 */
export function injectClockIds(context: Pick<ProfileContext, "profile" | "note">, conf: ConfDocument): ConfDocument {
  let injected = normaliseConf(conf);
  for (const [device, members] of membersByDevice(injected)) {
    if ((getOption(injected, device, "clock_id") ?? "") !== "") continue;
    const clockId = members.flatMap((member) => settingOf(context.profile, `clockId[${member}]`) ?? []).at(0);
    if (clockId !== undefined && isUint64(clockId)) injected = setOption(injected, device, "clock_id", clockId);
    else context.note(`synce4lConf[${device}].clock_id`, missingClockId(members, clockId));
  }
  return injected;
}

function missingClockId(members: readonly string[], clockId: string | undefined): string {
  const setting = `ptpSettings["clockId[${members[0] ?? "<interface>"}]"]`;
  const why = clockId === undefined ? "is not set" : `${JSON.stringify(clockId)} is not a decimal 64 bit number`;
  return `the device has no clock_id and ${setting} ${why}: set one of them`;
}

/** Interfaces between the header of a device and that of the next, by device. */
function membersByDevice(conf: ConfDocument): ReadonlyMap<string, readonly string[]> {
  const byDevice = new Map<string, string[]>();
  let members: string[] = [];
  for (const { name } of conf.sections) {
    if (sectionKind(name) === "synce-device") byDevice.set(name, (members = []));
    else if (sectionKind(name) === "interface" && isInterfaceName(name)) members.push(name);
  }
  return byDevice;
}

function isUint64(text: string): boolean {
  return /^\d{1,20}$/.test(text) && BigInt(text) < 2n ** 64n;
}
