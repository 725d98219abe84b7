/**
 * What the kernel tells of an interface of the agent's network namespace. Each answer is undefined if it tells nothing: no
 * such interface, no such question for its driver, or no way to ask. None rejects.
 */
export interface EthtoolPort {
  timestamping(interfaceName: string): Promise<TimestampingFacts | undefined>;
  driver(interfaceName: string): Promise<DriverFacts | undefined>;
  fec(interfaceName: string): Promise<FecFacts | undefined>;
}

/** Where a port can take time stamps. */
export interface TimestampingFacts {
  readonly hardwareTransmit: boolean;
  readonly hardwareReceive: boolean;
  /** Time stamps of the hardware are handed out as they are, unconverted. */
  readonly hardwareRawClock: boolean;
  /** Index of the hardware clock that makes them (`/dev/ptpN`); absent without one. */
  readonly phcIndex?: number;
}

/** The driver behind a port; empty is what it does not say. */
export interface DriverFacts {
  readonly driver: string;
  readonly version: string;
  readonly firmwareVersion: string;
  /** Where the device is, for most drivers its PCI address. */
  readonly busInfo: string;
}

/** Forward error correction by the names that ethtool(8) has, such as `RS`, `BaseR`, `Off`. */
export interface FecFacts {
  /** In use; empty without a link. */
  readonly active: readonly string[];
  readonly configured: readonly string[];
}
