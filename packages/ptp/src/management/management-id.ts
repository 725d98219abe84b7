import * as clock from "./clock-data-sets.ts";
import type { ValueOf } from "./data-set.ts";
import * as port from "./port-data-sets.ts";

const get = ["GET"] as const;
const getAndSet = ["GET", "SET"] as const;
const command = ["COMMAND"] as const;

/**
 * The management TLVs we speak: code (IEEE 1588-2019 table 59; `_NP` are linuxptp's own), layout, what can be asked of them,
 * and whether every port answers with a datagram of its own. A new TLV is a row here.
 */
export const managementTable = {
  DEFAULT_DATA_SET: { code: 0x2000, perPort: false, actions: get, dataSet: clock.defaultDataSet },
  CURRENT_DATA_SET: { code: 0x2001, perPort: false, actions: get, dataSet: clock.currentDataSet },
  PARENT_DATA_SET: { code: 0x2002, perPort: false, actions: get, dataSet: clock.parentDataSet },
  TIME_PROPERTIES_DATA_SET: { code: 0x2003, perPort: false, actions: get, dataSet: clock.timePropertiesDataSet },
  PORT_DATA_SET: { code: 0x2004, perPort: true, actions: get, dataSet: port.portDataSet },
  ENABLE_PORT: { code: 0x200d, perPort: true, actions: command, dataSet: port.portCommand },
  DISABLE_PORT: { code: 0x200e, perPort: true, actions: command, dataSet: port.portCommand },
  TIME_STATUS_NP: { code: 0xc000, perPort: false, actions: get, dataSet: clock.timeStatus },
  GRANDMASTER_SETTINGS_NP: { code: 0xc001, perPort: false, actions: getAndSet, dataSet: clock.grandmasterSettings },
  PORT_DATA_SET_NP: { code: 0xc002, perPort: true, actions: get, dataSet: port.portDataSetNp },
  SUBSCRIBE_EVENTS_NP: { code: 0xc003, perPort: false, actions: getAndSet, dataSet: clock.eventSubscription },
  PORT_PROPERTIES_NP: { code: 0xc004, perPort: true, actions: get, dataSet: port.portProperties },
  PORT_STATS_NP: { code: 0xc005, perPort: true, actions: get, dataSet: port.portStats },
  CMLDS_INFO_NP: { code: 0xc00b, perPort: true, actions: get, dataSet: port.cmldsInfo },
  EXTERNAL_GRANDMASTER_PROPERTIES_NP: {
    code: 0xc00d,
    perPort: false,
    actions: getAndSet,
    dataSet: clock.externalGrandmaster,
  },
} as const;

/** Name of a management TLV. */
export type ManagementId = keyof typeof managementTable;

type IdsOf<A extends "SET" | "COMMAND"> = {
  readonly [K in ManagementId]: A extends (typeof managementTable)[K]["actions"][number] ? K : never;
}[ManagementId];

/** Name of a management TLV that can be written. */
export type SettableId = IdsOf<"SET">;

/** Name of a management TLV by which a port is told to do something. */
export type CommandId = IdsOf<"COMMAND">;

/** Value of each management TLV, by name. */
export type ManagementBodies = { readonly [K in ManagementId]: ValueOf<(typeof managementTable)[K]["dataSet"]> };

/** All names, in the table's order. */
export const managementIds = Object.keys(managementTable) as readonly ManagementId[];

const idByCode: ReadonlyMap<number, ManagementId> = new Map(managementIds.map((id) => [managementTable[id].code, id]));

/** Name of the TLV with `code`, or undefined for one we do not speak. */
export function managementIdFromCode(code: number): ManagementId | undefined {
  return idByCode.get(code);
}
