import type { ConfTarget, OptionRemark } from "./check-option.ts";
import { quote } from "./check-option.ts";
import type { ConfSection } from "./document.ts";
import { sectionKind, sectionLabel } from "./document.ts";
import type { ConfFinding } from "./finding.ts";
import { nearestName } from "./nearest-name.ts";

/**
 * Checks the header of a section: does the program know such sections, and is the name one it can use?
 * `device` is the `[<name>]` section above, if any (synce4l).
 */
export function* checkSectionName(
  section: ConfSection,
  target: ConfTarget,
  device: string | undefined,
): Generator<ConfFinding> {
  const remark = target.program === "synce4l" ? synce4lRemark(section.name, device) : linuxptpRemark(section, target);
  if (remark === undefined) return;
  yield { ...remark, line: section.line, column: section.column, section: section.name };
}

function linuxptpRemark({ name, entries }: ConfSection, { program }: ConfTarget): OptionRemark | undefined {
  switch (sectionKind(name)) {
    case "global":
    case "unnamed":
      return undefined;
    case "unicast-table":
      return program === "ptp4l" ? undefined : unknownSection(name, program, "warning");
    case "nmea":
      return program === "ts2phc" ? undefined : nmeaRemark(program, entries.length);
    case "synce-device":
    case "synce-source":
      return unknownSection(name, program, "error");
    case "interface":
      return interfaceRemark(name, program);
  }
}

function nmeaRemark(program: string, lines: number): OptionRemark {
  const remedy = lines === 0 ? "remove it" : "move it to ts2phcConf";
  const message = `[nmea] is a source of ts2phc; ${program} takes it for a network interface: ${remedy}`;
  return { severity: "warning", code: "unknown-section", message };
}

function unknownSection(name: string, program: string, severity: "error" | "warning"): OptionRemark {
  const message = `[${name}] is not a section of ${program}; remove it or move it to the program it is meant for`;
  return { severity, code: "unknown-section", message };
}

const fixedNames = ["global", "unicast_master_table"];

function misspeltRemark(name: string, program: string): OptionRemark | undefined {
  const suggestion = nearestName(name, fixedNames);
  if (suggestion === undefined) return undefined;
  const message = `${program} takes [${name}] for a network interface; did you mean [${suggestion}]?`;
  return { severity: "warning", code: "unknown-section", message, suggestion };
}

function interfaceRemark(name: string, program: string): OptionRemark | undefined {
  // ts2phc and phc2sys also take a PHC by its path.
  if (program !== "ptp4l" && /^\/dev\/[\w-]{1,11}$/.test(name)) return undefined;
  if (isInterfaceName(name)) return misspeltRemark(name, program);
  const suggestion = nearestName(name, fixedNames);
  const rule = "an interface name has 1 to 15 characters without space, slash or colon";
  const remedy = suggestion === undefined ? "" : `; did you mean [${suggestion}]?`;
  const message = `[${quote(name).slice(1, -1)}] is not the name of a network interface: ${rule}${remedy}`;
  const remark = { severity: "error", code: "bad-section", message } as const;
  return suggestion === undefined ? remark : { ...remark, suggestion };
}

function synce4lRemark(name: string, device: string | undefined): OptionRemark | undefined {
  const kind = sectionKind(name);
  if (kind === "global" || kind === "unnamed") return undefined;
  if (kind === "unicast-table" || kind === "nmea") return unknownSection(name, "synce4l", "error");
  const label = sectionLabel(name);
  if (label === "" || label.length > 15 || /[\s<>{}[\]]/.test(label)) {
    const message = `[${quote(name).slice(1, -1)}] needs a name of 1 to 15 characters without space or bracket`;
    return { severity: "error", code: "bad-section", message };
  }
  if (kind === "synce-device" || device !== undefined) return undefined;
  const message = `[${name}] stands above any [<device>] section, where synce4l refuses it; put the device first`;
  return { severity: "error", code: "orphan-section", message };
}

/** True for a name that Linux lets a network interface have. */
export function isInterfaceName(name: string): boolean {
  return name !== "." && name !== ".." && /^[^\s\p{Cc}/:]{1,15}$/u.test(name);
}
