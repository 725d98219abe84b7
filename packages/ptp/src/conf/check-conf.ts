import { checkReferences } from "./check-references.ts";
import { checkSectionName } from "./check-section.ts";
import { checkTimemaster } from "./check-timemaster.ts";
import { checkUnicastTables } from "./check-unicast-table.ts";
import type { ConfTarget, OptionRemark } from "./check-option.ts";
import { describeTarget, findOption, quote, remarkOnUnknown, remarkOnValue } from "./check-option.ts";
import type { ConfDocument, ConfOption, ConfSection } from "./document.ts";
import { sectionKind } from "./document.ts";
import type { ConfFinding } from "./finding.ts";
import { limitFindings, maxFindings } from "./finding.ts";
import type { OptionScope, OptionSpec } from "./option-spec.ts";
import { parseConf } from "./parse-conf.ts";

/**
 * Checks a document against the program and release that shall read it: names, sections, types, bounds, references.
 * chronyd.conf is not checked: chronyd has its own check and no options of ours.
 * Returns at most `maxFindings` and one more, in order of lines.
 */
export function checkConf(document: ConfDocument, target: ConfTarget): readonly ConfFinding[] {
  const findings: ConfFinding[] = [];
  for (const finding of allFindings(document, target)) {
    findings.push(finding);
    if (findings.length > maxFindings) break;
  }
  return limitFindings(findings);
}

/** Parses and checks a text; the findings of both, in order of lines. */
export function lintConf(text: string, target: ConfTarget): readonly ConfFinding[] {
  const { conf, findings } = parseConf(text);
  return limitFindings([...findings, ...checkConf(conf, target)]);
}

function* allFindings(document: ConfDocument, target: ConfTarget): Generator<ConfFinding> {
  if (target.program === "chronyd") return;
  yield* checkPreamble(document, target);
  if (target.program === "timemaster") {
    yield* checkTimemaster(document);
    return;
  }
  const seenByKey = new Map<string, ConfOption>();
  let device: string | undefined;
  for (const section of document.sections) {
    const kind = sectionKind(section.name);
    if (kind === "synce-device") device = section.name;
    yield* checkSectionName(section, target, device);
    if (kind === "unicast-table" || kind === "unnamed") continue;
    for (const entry of section.entries) {
      if (entry.kind !== "option") continue;
      yield* checkEntry(entry, section, target);
      const name = findOption(entry.key, target)?.replacement ?? entry.key;
      yield* checkDuplicate(entry, section, { seenByKey, device: device ?? "", name });
    }
  }
  yield* checkUnicastTables(document);
  yield* checkReferences(document, target);
}

function* checkPreamble(document: ConfDocument, { program }: ConfTarget): Generator<ConfFinding> {
  for (const entry of document.preamble) {
    if (entry.kind !== "option") continue;
    const message = `${quote(entry.key)} stands before the first section, where ${program} refuses it; put [global] above`;
    yield { ...placeOf(entry, ""), severity: "error", code: "before-section", message };
  }
}

function* checkEntry(entry: ConfOption, section: ConfSection, target: ConfTarget): Generator<ConfFinding> {
  const place = placeOf(entry, section.name);
  const found = findOption(entry.key, target);
  if (found === undefined) {
    const remark = remarkOnUnknown(entry.key, target);
    if (remark !== undefined) yield { ...place, ...remark };
    return;
  }
  const misplaced = remarkOnScope(entry.key, found.spec, section.name);
  if (misplaced !== undefined) yield { ...place, ...misplaced };
  if (entry.value === undefined) {
    const message = `${entry.key} has no value and is left out; ${describeTarget(target)} needs one`;
    yield { ...place, severity: "warning", code: "missing-value", message };
    return;
  }
  const remark = remarkOnValue(entry.key, entry.value, found, target);
  if (remark !== undefined) yield { ...place, ...remark };
}

function remarkOnScope(name: string, { scope }: OptionSpec, section: string): OptionRemark | undefined {
  const kind = sectionKind(section);
  if (kind === "global") return undefined;
  if (scope === "global") {
    const message = `${name} holds for the whole program and cannot stand in [${section}]; move it to [global]`;
    return { severity: "error", code: "wrong-scope", message };
  }
  const isDevice = kind === "synce-device";
  const isSource = kind === "synce-source";
  const fits =
    scope === "device" ? isDevice : scope === "source" ? isSource : !isDevice && (scope !== "port" || !isSource);
  if (fits) return undefined;
  const message = `${name} has no effect in [${section}]; move it to ${scopeHome[scope]}`;
  return { severity: "warning", code: "wrong-scope", message };
}

const scopeHome: Readonly<Record<OptionScope, string>> = {
  global: "[global]",
  port: "the section of an interface",
  device: "a [<device>] section",
  source: "a [{label}] section",
  member: "the section of an interface or a [{label}] section",
};

interface Seen {
  readonly seenByKey: Map<string, ConfOption>;
  readonly device: string;
  /** The name of the option that counts: the new one for an old name. */
  readonly name: string;
}

function* checkDuplicate(entry: ConfOption, section: ConfSection, seen: Seen): Generator<ConfFinding> {
  const isGlobal = sectionKind(section.name) === "global";
  const key = isGlobal ? seen.name : `${seen.device}\n${section.name}\n${seen.name}`;
  const earlier = seen.seenByKey.get(key);
  seen.seenByKey.set(key, entry);
  if (earlier === undefined) return;
  const message = `${entry.key} is set again: this line replaces line ${earlier.line}; keep one of them`;
  yield { ...placeOf(entry, section.name), severity: "warning", code: "duplicate", message };
}

function placeOf(entry: ConfOption, section: string): Pick<ConfFinding, "line" | "column" | "section" | "option"> {
  return { line: entry.line, column: entry.column, section, option: entry.key };
}
