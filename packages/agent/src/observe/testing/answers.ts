import type { Ptp4lInstance } from "@ptp/plan";
import type { ManagementBodies, ManagementId, PortState } from "@ptp/ptp";
import type { ManagementQuery } from "../ptp4l-round.ts";

/** A ptp4l that nobody runs. */
export const instance: Ptp4lInstance = {
  key: "ptp4l.0",
  profile: "test",
  configName: "ptp4l.0.config",
  socketPath: "/nowhere",
  domainNumber: 24,
  clockType: "OC",
  interfaces: ["eth0"],
};

const portIdentity = { clockIdentity: "112233.fffe.445566", portNumber: 1 };

/** What its only port answers of itself. */
export function portAnswer(portState: PortState): unknown {
  return { portIdentity, portState, logSyncInterval: -4 };
}

/** Answers to questions; a data set that is missing here is answered by an ordinary clock that follows, or not known. */
export function answering(answers: Partial<Record<ManagementId, readonly unknown[] | undefined>>): ManagementQuery {
  const usual: typeof answers = {
    DEFAULT_DATA_SET: [{ numberPorts: 1, clockIdentity: portIdentity.clockIdentity }],
    PORT_PROPERTIES_NP: [{ portIdentity, interfaceName: "eth0" }],
    PORT_DATA_SET: [portAnswer("TIME_RECEIVER")],
    TIME_STATUS_NP: [{ offsetNs: 5, ingressTimeNs: 1n }],
  };
  return <K extends ManagementId>(_: Ptp4lInstance, id: K) => {
    const found = Object.hasOwn(answers, id) ? answers[id] : (usual[id] ?? []);
    return Promise.resolve(found as readonly ManagementBodies[K][] | undefined);
  };
}
