import { checkConf, checkOpts, parseConf } from "@ptp/ptp";
import type { ConfFinding, ConfFindingCode, ConfTarget } from "@ptp/ptp";
import type { Finding, Findings } from "../findings/finding.ts";
import { collect } from "./collect.ts";
import type { AdmissionContext } from "./context.ts";
import type { ProfileView } from "./profile-view.ts";

const programs = ["ptp4l", "phc2sys", "ts2phc", "synce4l", "timemaster", "chronyd"] as const;

/** What makes a text unreadable for every release, whatever its options are. */
const unreadable: ReadonlySet<ConfFindingCode> = new Set([
  "before-section",
  "unclosed-section",
  "bad-section",
  "control-character",
  "line-too-long",
  "text-too-large",
]);

/** chronyd reads longer lines than linuxptp does. */
const longestChronyLine = 2047;

/** The release options are checked against when none is named: the newest table. */
const newestRelease = "4.4";

/**
 * Reads every configuration text and command line of a profile. A text no release can read is an error; options a
 * release does not know or accept are warnings, since the node's installed release has the last word.
 */
export function checkConfTexts(view: ProfileView, context: AdmissionContext): Findings {
  const release = context.linuxptpRelease ?? newestRelease;
  return collect(
    programs.flatMap((program) => [
      checkConfText(view, { program, release }),
      checkOptions(view, { program, release }),
    ]),
  );
}

function checkConfText({ profile, path, ptp4l }: ProfileView, target: ConfTarget): Findings {
  const key = `${target.program}Conf` as const;
  const text = profile[key];
  if (text === undefined) return { errors: [], warnings: [] };
  const limits = target.program === "chronyd" ? { maxLineBytes: longestChronyLine } : {};
  const parsed = target.program === "ptp4l" ? ptp4l : parseConf(text, limits);
  return split([...parsed.findings, ...checkConf(parsed.conf, target)], `${path}.${key}`);
}

function checkOptions({ profile, path }: ProfileView, target: ConfTarget): Findings {
  const key = `${target.program}Opts` as const;
  const findings = checkOpts(profile[key] ?? "", target).filter(({ severity }) => severity !== "info");
  const warnings = findings.map(({ message, option, suggestion }) => ({
    path: `${path}.${key}`,
    message,
    got: option,
    ...(suggestion === undefined ? {} : { suggestion }),
  }));
  return { errors: [], warnings };
}

function split(findings: readonly ConfFinding[], path: string): Findings {
  const told = findings.filter(({ severity }) => severity !== "info");
  return {
    errors: told.filter(({ code }) => unreadable.has(code)).map((finding) => toFinding(finding, path)),
    warnings: told.filter(({ code }) => !unreadable.has(code)).map((finding) => toFinding(finding, path)),
  };
}

function toFinding({ line, message, option, suggestion }: ConfFinding, path: string): Finding {
  return {
    path,
    message,
    ...(line === 0 ? {} : { line }),
    ...(option === undefined ? {} : { got: option }),
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}
