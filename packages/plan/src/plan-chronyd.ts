import { parseConf, preambleName, renderConfFile, setOption, splitOpts } from "@ptp/ptp";
import { installedTarget, requireProgram } from "./conf-target.ts";
import { judgeConf } from "./judge-findings.ts";
import { chronydSocketPath } from "./node-paths.ts";
import { commandLine, createSpec } from "./process-draft.ts";
import type { ProfileContext } from "./profile-context.ts";
import { confFile } from "./render-linuxptp-conf.ts";
import type { ProcessSpec } from "./run-plan.ts";

/** Plans the chronyd of a profile; undefined if the profile does not run one. */
export function planChronyd(context: ProfileContext): ProcessSpec | undefined {
  const { profile } = context;
  const opts = profile.chronydOpts ?? "";
  if (opts === "") return undefined;
  const program = requireProgram(context.facts, "chronyd", "chronydOpts");
  const { conf, findings } = parseConf(profile.chronydConf ?? "");
  judgeConf(context, "chronydConf", findings, installedTarget("chronyd", program));
  const withSocket = setOption(conf, preambleName, "bindcmdaddress", chronydSocketPath);
  const content = renderConfFile(withSocket, { profileName: profile.name });
  // In the background nobody would watch over it, and what it tells the system log nobody here would hear.
  const terminal = splitOpts(opts).some((word) => tellsTerminal(word)) ? [] : ["-d"];
  return createSpec(context, {
    program: "chronyd",
    argv: commandLine(context, { name: "chronyd", path: program.path }, opts, terminal),
    files: [confFile(context, "chronyd", content)],
    sockets: [chronydSocketPath],
  });
}

/** A word of letters without values, among them one with which chronyd stays in the foreground and writes there. */
function tellsTerminal(word: string): boolean {
  return /^-[46adnmpqQrRsUx]+$/.test(word) && /[dqQp]/.test(word);
}
