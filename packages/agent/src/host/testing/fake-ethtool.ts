import type { DriverFacts, EthtoolPort, FecFacts, TimestampingFacts } from "../ethtool-port.ts";

/** What a fake kernel tells of one interface. */
export interface FakeInterface {
  readonly timestamping?: TimestampingFacts;
  readonly driver?: DriverFacts;
  readonly fec?: FecFacts;
}

/** A kernel that tells what it is given, and nothing of interfaces it was not given. */
export function fakeEthtool(interfaces: Readonly<Record<string, FakeInterface>> = {}): EthtoolPort {
  return {
    timestamping: (name) => Promise.resolve(interfaces[name]?.timestamping),
    driver: (name) => Promise.resolve(interfaces[name]?.driver),
    fec: (name) => Promise.resolve(interfaces[name]?.fec),
  };
}

/** Time stamps of a port with a hardware clock. */
export function hardwareTimestamping(phcIndex: number): TimestampingFacts {
  return { hardwareTransmit: true, hardwareReceive: true, hardwareRawClock: true, phcIndex };
}

/** Time stamps of a virtual interface. */
export const softwareTimestamping: TimestampingFacts = {
  hardwareTransmit: false,
  hardwareReceive: false,
  hardwareRawClock: false,
};
