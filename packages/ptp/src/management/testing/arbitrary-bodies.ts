import fc from "fast-check";
import { readClockIdentity, type ClockIdentity } from "../../clock/clock-identity.ts";
import type { PortIdentity } from "../../clock/port-identity.ts";
import { portStates } from "../../clock/port-state.ts";
import type { ManagementBodies, ManagementId } from "../management-id.ts";
import type { MessageCounts } from "../message-counts.ts";

/** Records as literals make them, so that deep equality compares fields alone. */
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record<T>(model, { noNullPrototype: true });
const integer = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 });
const signed = (bits: number) => fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 });
/** Multiples of 2^-16 ns within the exact range. */
const intervalNs = fc.maxSafeInteger().map((scaled) => scaled / 65536);

/** Any clock identity. */
export const arbitraryClockIdentity: fc.Arbitrary<ClockIdentity> = fc
  .bigInt({ min: 0n, max: 2n ** 64n - 1n })
  .map((bits) => {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, bits);
    return readClockIdentity(view, 0);
  });

/** Any port identity. */
export const arbitraryPortIdentity: fc.Arbitrary<PortIdentity> = record({
  clockIdentity: arbitraryClockIdentity,
  portNumber: integer(16),
});

const quality = { clockClass: integer(8), clockAccuracy: integer(8), offsetScaledLogVariance: integer(16) };

const timeProperties = {
  currentUtcOffsetS: signed(16),
  leap61: fc.boolean(),
  leap59: fc.boolean(),
  currentUtcOffsetValid: fc.boolean(),
  ptpTimescale: fc.boolean(),
  timeTraceable: fc.boolean(),
  frequencyTraceable: fc.boolean(),
  synchronizationUncertain: fc.boolean(),
  timeSource: integer(8),
};

const count = fc.maxSafeNat();
const messageCounts = record<MessageCounts>({
  sync: count,
  delayReq: count,
  pdelayReq: count,
  pdelayResp: count,
  followUp: count,
  delayResp: count,
  pdelayRespFollowUp: count,
  announce: count,
  signaling: count,
  management: count,
});

const portState = fc.constantFrom(...portStates);

/** Values of every management TLV we speak, within the range that survives the wire exactly. */
export const arbitraryBodies: { readonly [K in ManagementId]: fc.Arbitrary<ManagementBodies[K]> } = {
  DEFAULT_DATA_SET: record({
    twoStep: fc.boolean(),
    timeReceiverOnly: fc.boolean(),
    numberPorts: integer(16),
    priority1: integer(8),
    ...quality,
    priority2: integer(8),
    clockIdentity: arbitraryClockIdentity,
    domainNumber: integer(8),
  }),
  CURRENT_DATA_SET: record({ stepsRemoved: integer(16), offsetNs: intervalNs, meanPathDelayNs: intervalNs }),
  PARENT_DATA_SET: record({
    parentPortIdentity: arbitraryPortIdentity,
    parentStats: fc.boolean(),
    observedParentOffsetScaledLogVariance: integer(16),
    observedParentClockPhaseChangeRate: signed(32),
    grandmasterPriority1: integer(8),
    grandmasterClockClass: integer(8),
    grandmasterClockAccuracy: integer(8),
    grandmasterOffsetScaledLogVariance: integer(16),
    grandmasterPriority2: integer(8),
    grandmasterIdentity: arbitraryClockIdentity,
  }),
  TIME_PROPERTIES_DATA_SET: record(timeProperties),
  PORT_DATA_SET: record({
    portIdentity: arbitraryPortIdentity,
    portState,
    logMinDelayReqInterval: signed(8),
    peerMeanPathDelayNs: intervalNs,
    logAnnounceInterval: signed(8),
    announceReceiptTimeout: integer(8),
    logSyncInterval: signed(8),
    delayMechanism: integer(8),
    logMinPdelayReqInterval: signed(8),
    versionNumber: integer(8),
  }),
  TIME_STATUS_NP: record({
    offsetNs: fc.maxSafeInteger(),
    ingressTimeNs: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    cumulativeScaledRateOffset: signed(32),
    scaledLastGmPhaseChange: signed(32),
    gmTimeBaseIndicator: integer(16),
    lastGmPhaseChangeScaledNs: fc.bigInt({ min: -(2n ** 95n), max: 2n ** 95n - 1n }),
    gmPresent: fc.boolean(),
    grandmasterIdentity: arbitraryClockIdentity,
  }),
  GRANDMASTER_SETTINGS_NP: record({ ...quality, ...timeProperties }),
  PORT_DATA_SET_NP: record({ neighborPropDelayThreshNs: integer(32), asCapable: fc.boolean() }),
  SUBSCRIBE_EVENTS_NP: record({
    durationS: integer(16),
    portState: fc.boolean(),
    timeSync: fc.boolean(),
    parentDataSet: fc.boolean(),
    cmlds: fc.boolean(),
  }),
  PORT_PROPERTIES_NP: record({
    portIdentity: arbitraryPortIdentity,
    portState,
    timestamping: integer(8),
    interfaceName: fc.string({ unit: "grapheme", maxLength: 20 }),
  }),
  ENABLE_PORT: fc.constant({}),
  DISABLE_PORT: fc.constant({}),
  PORT_STATS_NP: record({ portIdentity: arbitraryPortIdentity, received: messageCounts, transmitted: messageCounts }),
  CMLDS_INFO_NP: record({ meanLinkDelayNs: intervalNs, scaledNeighborRateRatio: signed(32), asCapable: fc.boolean() }),
  EXTERNAL_GRANDMASTER_PROPERTIES_NP: record({
    grandmasterIdentity: arbitraryClockIdentity,
    stepsRemoved: integer(16),
  }),
};
