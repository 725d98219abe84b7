import type { PortIdentity } from "../clock/port-identity.ts";
import type { PortState } from "../clock/port-state.ts";
import { fixedDataSet, textDataSet } from "./data-set.ts";
import { flag32, int32, int8, portIdentity, portState, timeInterval, uint32, uint8 } from "./field.ts";
import { messageCounts, type MessageCounts } from "./message-counts.ts";

/** One port (portDS, IEEE 1588-2019 clause 8.2.15). Log intervals are log2 of seconds. */
export interface PortDataSet {
  readonly portIdentity: PortIdentity;
  readonly portState: PortState;
  readonly logMinDelayReqInterval: number;
  /** Delay to the peer; 0 with the end-to-end mechanism. */
  readonly peerMeanPathDelayNs: number;
  readonly logAnnounceInterval: number;
  readonly announceReceiptTimeout: number;
  readonly logSyncInterval: number;
  /** 1 end-to-end, 2 peer-to-peer, 0xfe none. */
  readonly delayMechanism: number;
  readonly logMinPdelayReqInterval: number;
  readonly versionNumber: number;
}

/** Layout of PORT_DATA_SET. */
export const portDataSet = fixedDataSet<PortDataSet>(26, {
  portIdentity: portIdentity(0),
  portState: portState(10),
  logMinDelayReqInterval: int8(11),
  peerMeanPathDelayNs: timeInterval(12),
  logAnnounceInterval: int8(20),
  announceReceiptTimeout: uint8(21),
  logSyncInterval: int8(22),
  delayMechanism: uint8(23),
  logMinPdelayReqInterval: int8(24),
  versionNumber: uint8(25),
});

/** linuxptp's PORT_DATA_SET_NP: IEEE 802.1AS additions to a port. */
export interface PortDataSetNp {
  readonly neighborPropDelayThreshNs: number;
  readonly asCapable: boolean;
}

/** Layout of PORT_DATA_SET_NP. */
export const portDataSetNp = fixedDataSet<PortDataSetNp>(8, {
  neighborPropDelayThreshNs: uint32(0),
  asCapable: flag32(4),
});

/** linuxptp's PORT_PROPERTIES_NP: the network interface behind a port. */
export interface PortProperties {
  readonly portIdentity: PortIdentity;
  readonly portState: PortState;
  /** Code of the time stamping in use: 0 software, 1 hardware, 2 legacy hardware, 3 one-step, 4 peer-to-peer one-step. */
  readonly timestamping: number;
  /** Name of the interface, such as `ens1f0` or `ens1f0.100`. */
  readonly interfaceName: string;
}

/** Layout of PORT_PROPERTIES_NP. */
export const portProperties = textDataSet<Omit<PortProperties, "interfaceName">, "interfaceName">(
  12,
  { portIdentity: portIdentity(0), portState: portState(10), timestamping: uint8(11) },
  "interfaceName",
);

/** linuxptp's PORT_STATS_NP: messages that went through a port since ptp4l started. */
export interface PortStats {
  readonly portIdentity: PortIdentity;
  readonly received: MessageCounts;
  readonly transmitted: MessageCounts;
}

/** Layout of PORT_STATS_NP. */
export const portStats = fixedDataSet<PortStats>(266, {
  portIdentity: portIdentity(0),
  received: messageCounts(10),
  transmitted: messageCounts(138),
});

/** linuxptp's CMLDS_INFO_NP (4.3 and later): what the common mean link delay service measured on a link. */
export interface CmldsInfo {
  readonly meanLinkDelayNs: number;
  /** Rate of the neighbour's clock to ours minus one, in units of 2^-41. */
  readonly scaledNeighborRateRatio: number;
  readonly asCapable: boolean;
}

/** Layout of CMLDS_INFO_NP. */
export const cmldsInfo = fixedDataSet<CmldsInfo>(16, {
  meanLinkDelayNs: timeInterval(0),
  scaledNeighborRateRatio: int32(8),
  asCapable: flag32(12),
});

/** What ENABLE_PORT and DISABLE_PORT carry: nothing, the message addresses the port. linuxptp answers NOT_SUPPORTED. */
export type PortCommand = Readonly<Record<string, never>>;

/** Layout of ENABLE_PORT and DISABLE_PORT. */
export const portCommand = fixedDataSet<PortCommand>(0, {});
