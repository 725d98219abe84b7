import { quote } from "./check-option.ts";
import type { ConfDocument, ConfOption } from "./document.ts";
import type { ConfFinding } from "./finding.ts";
import { nearestName } from "./nearest-name.ts";

/** The options of each section of timemaster.conf by its first word; undefined: copied to another program's file. */
const optionsBySection: ReadonlyMap<string, readonly string[] | undefined> = new Map([
  ["timemaster", ["ntp_program", "rundir", "first_shm_segment", "restart_processes", "use_vclocks"]],
  ["ntp_server", ["minpoll", "maxpoll", "iburst", "ntp_options"]],
  ["ptp_domain", ["interfaces", "ntp_poll", "phc2sys_poll", "delay", "ntp_options", "ptp4l_option"]],
  ["chronyd", ["path", "options"]],
  ["ntpd", ["path", "options"]],
  ["phc2sys", ["path", "options"]],
  ["ptp4l", ["path", "options"]],
  ["chrony.conf", undefined],
  ["ntp.conf", undefined],
  ["ptp4l.conf", undefined],
]);

/** Checks the names of sections and options of timemaster.conf. */
export function* checkTimemaster(document: ConfDocument): Generator<ConfFinding> {
  for (const section of document.sections) {
    const word = section.name.split(/\s/, 1)[0] ?? "";
    if (!optionsBySection.has(word)) {
      const named = nearestName(word, optionsBySection.keys());
      const message = `[${quote(section.name).slice(1, -1)}] is not a section of timemaster; ${remedyFor(named)}`;
      const place = { line: section.line, column: section.column, section: section.name };
      yield { ...place, severity: "error", code: "unknown-section", message, ...suggest(named) };
      continue;
    }
    const options = optionsBySection.get(word);
    if (options === undefined) continue;
    for (const entry of section.entries) {
      if (entry.kind === "option") yield* checkEntry(entry, section.name, options);
    }
  }
}

function* checkEntry(entry: ConfOption, section: string, options: readonly string[]): Generator<ConfFinding> {
  const place = { line: entry.line, column: entry.column, section, option: entry.key, severity: "error" } as const;
  if (!options.includes(entry.key)) {
    const named = nearestName(entry.key, options);
    const message = `[${section}] of timemaster has no option ${quote(entry.key)}; ${remedyFor(named)}`;
    yield { ...place, code: "unknown-option", message, ...suggest(named) };
  } else if (entry.value === undefined) {
    yield { ...place, code: "missing-value", message: `${entry.key} needs a value; write one after the name` };
  }
}

function remedyFor(named: string | undefined): string {
  return named === undefined ? "remove it" : `did you mean ${named}?`;
}

function suggest(named: string | undefined): { readonly suggestion?: string } {
  return named === undefined ? {} : { suggestion: named };
}
