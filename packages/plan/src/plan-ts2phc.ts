import { checkOpts, getOption, interfaceSections, parseConf } from "@ptp/ptp";
import { installedTarget, requireProgram } from "./conf-target.ts";
import { holdoverOptions } from "./holdover-options.ts";
import { injectSettings } from "./inject-settings.ts";
import { judgeOpts } from "./judge-findings.ts";
import { configName, gpsFifoPath, leapFilePath, ptp4lSocketPath } from "./node-paths.ts";
import { planGps } from "./plan-gps.ts";
import { commandLine, createSpec } from "./process-draft.ts";
import type { ProfileContext } from "./profile-context.ts";
import { profileInterface, renderLinuxptpConf } from "./render-linuxptp-conf.ts";
import type { ProcessSpec } from "./run-plan.ts";

/** The ts2phc of a profile with gpsd and gpspipe before it, and the interfaces whose clocks it sets. */
export interface PlannedTs2phc {
  readonly specs: readonly ProcessSpec[];
  readonly interfaces: readonly string[];
}

/** Plans ts2phc; undefined if the profile does not run it. That of a grandmaster reads a receiver through gpsd. */
export function planTs2phc(context: ProfileContext): PlannedTs2phc | undefined {
  const { profile, runId, facts } = context;
  const opts = profile.ts2phcOpts ?? "";
  if (opts === "") return undefined;
  const program = requireProgram(facts, "ts2phc", "ts2phcOpts");
  const target = installedTarget("ts2phc", program);
  judgeOpts(context, "ts2phcOpts", checkOpts(opts, target), target);
  const isGrandmaster = context.clockType === "GM";
  const { conf, file } = renderLinuxptpConf(context, target, (conf) =>
    injectSettings(conf, {
      ...profileInterface(context),
      messageTag: `[${configName("ts2phc", runId)}:{level}]`,
      udsAddress: ptp4lSocketPath(runId),
      ...(isGrandmaster ? { nmeaSerialPort: gpsFifoPath } : {}),
      leapFile: leapFilePath(context.nodeName),
      needsLeapFile: true,
    }),
  );
  const gps = isGrandmaster ? planGps(context, receiverPath(profile.ts2phcConf)) : [];
  const added = isGrandmaster ? holdoverOptions(context, conf, target) : [];
  const spec = createSpec(context, {
    program: "ts2phc",
    argv: commandLine(context, { name: "ts2phc", path: program.path }, opts, added),
    files: [file],
    dependsOn: gps.map(({ key }) => key),
    readiness: { kind: "output" },
  });
  return { specs: [...gps, spec], interfaces: interfaceSections(conf) };
}

function receiverPath(ts2phcConf = ""): string | undefined {
  return getOption(parseConf(ts2phcConf).conf, "global", "ts2phc.nmea_serialport");
}
