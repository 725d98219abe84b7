import type { Ptp4lInstance } from "@ptp/plan";
import type { ManagementBodies, ManagementId } from "@ptp/ptp";
import type { PtpClockObservation } from "@ptp/truth";

/**
 * Asks one ptp4l for a data set: one body, or one per port where each port answers for itself. Empty if it does not know
 * the data set, undefined if it does not answer in time.
 */
export type ManagementQuery = <K extends ManagementId>(
  instance: Ptp4lInstance,
  id: K,
  /** How many ports answer; default 1. */
  ports?: number,
) => Promise<readonly ManagementBodies[K][] | undefined>;

/**
 * What one round of questions came to. `no-offset`: it follows somebody and tells all but how well, so that its clock's state
 * cannot be known for long. `nothing`: it is silent.
 */
export type Ptp4lRound =
  | {
      readonly heard: "all" | "no-offset";
      readonly observations: readonly PtpClockObservation[];
      /** The names of its ports are among them, or were known. */
      readonly isNamed: boolean;
    }
  | { readonly heard: "nothing" };

const nothing = { heard: "nothing" } as const satisfies Ptp4lRound;

/** Asks for the facts of one round, in the order in which they depend on each other; `known`: the ports' names are. */
export async function askPtp4l(query: ManagementQuery, instance: Ptp4lInstance, known: boolean): Promise<Ptp4lRound> {
  const [dataSet] = (await query(instance, "DEFAULT_DATA_SET")) ?? [];
  if (dataSet === undefined) return nothing;
  const [names, ports, parents, currents, properties, times = []] = await Promise.all([
    known ? [] : query(instance, "PORT_PROPERTIES_NP", dataSet.numberPorts),
    query(instance, "PORT_DATA_SET", dataSet.numberPorts),
    query(instance, "PARENT_DATA_SET"),
    query(instance, "CURRENT_DATA_SET"),
    query(instance, "TIME_PROPERTIES_DATA_SET"),
    query(instance, "TIME_STATUS_NP"),
  ]);
  if (ports === undefined) return nothing;
  const nameByPort = new Map((names ?? []).map((port) => [port.portIdentity.portNumber, port.interfaceName]));
  const isFollowing = ports.some(({ portState }) => portState === "TIME_RECEIVER");
  const observations: readonly PtpClockObservation[] = [
    { kind: "default-data-set", dataSet },
    ...(parents ?? []).map((parent) => ({ kind: "parent-data-set", dataSet: parent }) as const),
    ...(currents ?? []).map((current) => ({ kind: "current-data-set", dataSet: current }) as const),
    ...(properties ?? []).map((each) => ({ kind: "time-properties-data-set", dataSet: each }) as const),
    ...ports.map((port) => portObservation(port, nameByPort)),
    ...times.map(({ offsetNs, ingressTimeNs }) => ({ kind: "time-status", offsetNs, ingressTimeNs }) as const),
  ];
  return { heard: isFollowing && times.length === 0 ? "no-offset" : "all", observations, isNamed: names !== undefined };
}

function portObservation(
  port: ManagementBodies["PORT_DATA_SET"],
  nameByPort: ReadonlyMap<number, string>,
): PtpClockObservation {
  const { portNumber } = port.portIdentity;
  const interfaceName = nameByPort.get(portNumber);
  return {
    kind: "port",
    number: portNumber,
    state: port.portState,
    logSyncInterval: port.logSyncInterval,
    ...(interfaceName !== undefined && { interfaceName }),
  };
}
