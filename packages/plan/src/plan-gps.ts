import { requireProgram } from "./conf-target.ts";
import { defaultGpsPath, gpsFifoPath } from "./node-paths.ts";
import { createSpec } from "./process-draft.ts";
import type { ProfileContext } from "./profile-context.ts";
import { ProfileRefusal } from "./profile-refusal.ts";
import type { ProcessSpec } from "./run-plan.ts";

/**
 * gpsd, and gpspipe which hands its sentences to ts2phc through a FIFO.
 *
 * @param receiver Serial port of the GNSS receiver.
 */
export function planGps(context: ProfileContext, receiver = defaultGpsPath): readonly ProcessSpec[] {
  if (!/^\/[^\s]+$/.test(receiver))
    throw new ProfileRefusal(
      "ts2phcConf[global].ts2phc.nmea_serialport",
      `${JSON.stringify(receiver)} is not the path of a receiver: write one such as ${defaultGpsPath}`,
    );
  const gpsd = requireProgram(context.facts, "gpsd", "ts2phcOpts");
  const gpspipe = requireProgram(context.facts, "gpspipe", "ts2phcOpts");
  const server = createSpec(context, {
    program: "gpsd",
    argv: [gpsd.path, "-p", "-n", "-S", "2947", "-G", "-N", receiver],
  });
  const pipe = createSpec(context, {
    program: "gpspipe",
    argv: [gpspipe.path, "-v", "-R", "-l", "-o", gpsFifoPath],
    sockets: [gpsFifoPath],
    fifos: [gpsFifoPath],
    dependsOn: [server.key],
  });
  return [server, pipe];
}
