import { checkOpts, parseOpts, splitOpts } from "@ptp/ptp";
import { installedTarget, requireProgram } from "./conf-target.ts";
import { followedSockets } from "./followed-sockets.ts";
import { isHa, sourceKeys } from "./ha-profiles.ts";
import { hasOption } from "./has-option.ts";
import { injectSettings } from "./inject-settings.ts";
import { judgeOpts } from "./judge-findings.ts";
import { configName, leapFilePath, ptp4lSocketPath } from "./node-paths.ts";
import { commandLine, createSpec } from "./process-draft.ts";
import { createPeer, type ProfileContext } from "./profile-context.ts";
import { profileInterface, renderLinuxptpConf } from "./render-linuxptp-conf.ts";
import type { ProcessSpec, StartCondition } from "./run-plan.ts";

/** A source clock this near, in nanoseconds, is no step of 37 s or of years for the system clock. */
const nearEnoughNs = 1_000_000_000;

/** Plans the phc2sys of a profile; undefined if the profile does not run one. */
export function planPhc2sys(context: ProfileContext): ProcessSpec | undefined {
  const { profile, runId, facts } = context;
  const opts = profile.phc2sysOpts ?? "";
  if (opts === "") return undefined;
  const program = requireProgram(facts, "phc2sys", "phc2sysOpts");
  const target = installedTarget("phc2sys", program);
  judgeOpts(context, "phc2sysOpts", checkOpts(opts, target), target);
  // Its lines carry the tag of the ptp4l it follows, or its own if there are several.
  const tagName = configName(isHa(context) ? "phc2sys" : "ptp4l", runId);
  const { file } = renderLinuxptpConf(context, target, (conf) =>
    injectSettings(conf, {
      ...profileInterface(context),
      messageTag: `[${tagName}:{level}]`,
      ...(isHa(context) ? {} : { udsAddress: ptp4lSocketPath(runId) }),
      leapFile: leapFilePath(context.nodeName),
    }),
  );
  const followed = followedSockets(context);
  const { peers } = followed;
  const sources = [...new Set([createPeer(profile, runId), ...peers].flatMap((peer) => sourceKeys(peer)))];
  return createSpec(context, {
    program: "phc2sys",
    configName: tagName,
    argv: commandLine(context, { name: "phc2sys", path: program.path }, followed.opts, [
      ...monitorFlags(opts),
      ...followed.added,
    ]),
    files: [file],
    dependsOn: sources,
    startCondition: startCondition(sources),
    readiness: { kind: "output" },
  });
}

function monitorFlags(opts: string): readonly string[] {
  const options = parseOpts(splitOpts(opts), "phc2sys");
  return [...(hasOption(options, "m") ? [] : ["-m"]), ...(hasOption(options, "u") ? [] : ["-u", "1"])];
}

/** Without a process to wait for it starts at once: nobody would ever give the sign. */
function startCondition(processes: readonly string[]): StartCondition {
  return processes.length === 0 ? { kind: "at-once" } : { kind: "offset-below", processes, limitNs: nearEnoughNs };
}
