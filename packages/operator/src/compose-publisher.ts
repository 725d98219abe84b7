import type { EventRecorder } from "@ptp/cluster";
import type { StatusPlace } from "./compose-status.ts";
import { createProfilesPublisher, type ProfilesPublisher } from "./publish/profiles-publisher.ts";

/** Creates what keeps `ptp-configmap`, if that is wanted; that it is too large is told of the PtpOperatorConfig, at once and by name. */
export function composePublisher(
  { options, client, store, election, last, log }: StatusPlace,
  recorder: Pick<EventRecorder, "record">,
  changed: () => void,
): ProfilesPublisher | undefined {
  const { publishConfigMap, namespace, operatorName } = options;
  if (!publishConfigMap) return undefined;
  const oversized = (reason: string | undefined): void => {
    const action = "Publish";
    if (reason === undefined) log.info("ptp-configmap fits again");
    else log.error("ptp-configmap is not written", { reason });
    const regarding = store.regarding({ kind: "PtpOperatorConfig", namespace, name: "default" });
    if (regarding === undefined) return;
    if (reason === undefined) {
      recorder.record({
        regarding,
        type: "Normal",
        reason: "ProfilesPublished",
        action,
        note: "ptp-configmap fits again",
      });
    } else {
      recorder.record({
        regarding,
        type: "Warning",
        reason: "ProfilesTooLarge",
        action,
        note: `ptp-configmap: ${reason}`,
      });
    }
  };
  return createProfilesPublisher({ client, namespace, election, last, operatorName, oversized, changed, log });
}
