import {
  getOption,
  isInterfaceName,
  normaliseConf,
  sectionKind,
  setOption,
  type ConfDocument,
  type ConfSection,
} from "@ptp/ptp";
import { settingOf, type ProfileContext } from "./profile-context.ts";

/**
 * Gives each synce4l device the identity of its hardware: `clock_id` if the configuration has it, else
 * `ptpSettings["clockId[<interface>]"]` of the first interface of that device that has such a setting.
 */
export function injectClockIds(context: Pick<ProfileContext, "profile" | "note">, conf: ConfDocument): ConfDocument {
  const normalised = normaliseConf(conf);
  const byDevice = membersByDevice(normalised);
  const sections = normalised.sections.flatMap((section) => {
    const members = byDevice.get(section.name);
    return members === undefined ? [section] : injectClockId(context, section, members);
  });
  return { ...normalised, sections };
}

function injectClockId(
  { profile, note }: Pick<ProfileContext, "profile" | "note">,
  section: ConfSection,
  members: readonly string[],
): readonly ConfSection[] {
  const { name } = section;
  // The device alone as a document: a search of the whole one for each of its devices would take quadratic time.
  const device: ConfDocument = { preamble: [], sections: [section] };
  if ((getOption(device, name, "clock_id") ?? "") !== "") return [section];
  const clockId = members.flatMap((member) => settingOf(profile, `clockId[${member}]`) ?? []).at(0);
  if (clockId !== undefined && isUint64(clockId)) return setOption(device, name, "clock_id", clockId).sections;
  note(`synce4lConf[${name}].clock_id`, missingClockId(members, clockId));
  return [section];
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
