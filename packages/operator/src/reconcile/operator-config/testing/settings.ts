import { parseAgentSettings, type AgentSettings } from "../agent-settings.ts";
import type { ObjectPlace } from "../own-objects.ts";

/** The fields of agent settings that have no default. */
export const leastSettings = {
  image: "agent:1",
  serviceAccountName: "linuxptp-daemon",
  operatorAddress: "ptp-operator.openshift-ptp.svc:8443",
};

/** Agent settings as their file would give them. */
export function settingsOf(change: object = {}): AgentSettings {
  return parseAgentSettings(JSON.stringify({ ...leastSettings, ...change }));
}

/** Where objects are made in tests. */
export const place: ObjectPlace = {
  namespace: "openshift-ptp",
  operatorName: "ptp-operator",
  owner: {
    apiVersion: "ptp.openshift.io/v1",
    kind: "PtpOperatorConfig",
    name: "default",
    uid: "u",
    controller: true,
  },
};
