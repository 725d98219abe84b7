import { checkConf, checkOpts, getOption, parseConf, parseOpts, renderConfFile, setOption, splitOpts } from "@ptp/ptp";
import { installedTarget, requireProgram } from "./conf-target.ts";
import { hasOption } from "./has-option.ts";
import { judgeConf, judgeOpts } from "./judge-findings.ts";
import { commandLine, createSpec } from "./process-draft.ts";
import type { ProfileContext } from "./profile-context.ts";
import { confFile } from "./render-linuxptp-conf.ts";
import type { ProcessSpec } from "./run-plan.ts";

/**
 * Plans the timemaster of a profile; undefined if the profile does not run one. It starts ptp4l, phc2sys and chronyd by
 * itself and writes their configurations into a folder of its own, so that two of them do not meet.
 */
export function planTimemaster(context: ProfileContext): ProcessSpec | undefined {
  const { profile, runId } = context;
  const opts = profile.timemasterOpts ?? "";
  if (opts === "") return undefined;
  const program = requireProgram(context.facts, "timemaster", "timemasterOpts");
  const target = installedTarget("timemaster", program);
  judgeOpts(context, "timemasterOpts", checkOpts(opts, target), target);
  const { conf, findings } = parseConf(profile.timemasterConf ?? "");
  judgeConf(context, "timemasterConf", [...findings, ...checkConf(conf, target)], target);
  const hasFolder = getOption(conf, "timemaster", "rundir") !== undefined;
  const placed = hasFolder ? conf : setOption(conf, "timemaster", "rundir", `/var/run/timemaster.${runId}`);
  const toStdout = hasOption(parseOpts(splitOpts(opts), "timemaster"), "m") ? [] : ["-m"];
  return createSpec(context, {
    program: "timemaster",
    argv: commandLine(context, { name: "timemaster", path: program.path }, opts, toStdout),
    files: [confFile(context, "timemaster", renderConfFile(placed, { profileName: profile.name }))],
  });
}
