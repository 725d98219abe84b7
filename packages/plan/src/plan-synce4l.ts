import { checkOpts } from "@ptp/ptp";
import { installedTarget, requireProgram } from "./conf-target.ts";
import { injectSettings } from "./inject-settings.ts";
import { judgeOpts } from "./judge-findings.ts";
import { configName, leapFilePath } from "./node-paths.ts";
import { commandLine, createSpec } from "./process-draft.ts";
import type { ProfileContext } from "./profile-context.ts";
import { renderLinuxptpConf } from "./render-linuxptp-conf.ts";
import type { ProcessSpec } from "./run-plan.ts";
import { injectClockIds } from "./synce4l-clock-id.ts";

/** Plans the synce4l of a profile; undefined if the profile does not run one. */
export function planSynce4l(context: ProfileContext): ProcessSpec | undefined {
  const opts = context.profile.synce4lOpts ?? "";
  if (opts === "") return undefined;
  const program = requireProgram(context.facts, "synce4l", "synce4lOpts");
  const target = installedTarget("synce4l", program);
  judgeOpts(context, "synce4lOpts", checkOpts(opts, target), target);
  const { file } = renderLinuxptpConf(context, target, (conf) =>
    injectSettings(injectClockIds(context, conf), {
      // It does not know the word {level}.
      messageTag: `[${configName("synce4l", context.runId)}]`,
      leapFile: leapFilePath(context.nodeName),
    }),
  );
  return createSpec(context, {
    program: "synce4l",
    argv: commandLine(context, { name: "synce4l", path: program.path }, opts),
    files: [file],
  });
}
