import { join } from "node:path";
import type { DeviceHardware } from "@ptp/node";
import type { DriverFacts, TimestampingFacts } from "../host/ethtool-port.ts";
import { boundDriver, type PciFunction } from "../host/pci-function.ts";
import { phcIndexIn } from "../host/phc-index.ts";
import { readAttribute } from "../host/read-attribute.ts";
import type { DevicePorts } from "./device-ports.ts";

/** A port that takes time stamps in hardware. */
export interface Port {
  readonly name: string;
  readonly pci: PciFunction;
  readonly phcIndex?: number;
  readonly driver: Pick<DeviceHardware, "driverVersion" | "firmwareVersion">;
}

/** Undefined for an interface without hardware time stamps, or one that only has the name of what sysfs shows. */
export async function probePort(
  name: string,
  pci: PciFunction,
  { ethtool }: Pick<DevicePorts, "ethtool">,
): Promise<Port | undefined> {
  const timestamping = await ethtool.timestamping(name);
  const phcIndex = timestamping === undefined ? await ownPhcIndex(pci) : timestamping.phcIndex;
  const isUsable = timestamping === undefined ? phcIndex !== undefined : takesHardwareStamps(timestamping);
  if (!isUsable) return undefined;
  const facts = await ethtool.driver(name);
  const bound = facts === undefined || facts.busInfo === "" ? await boundDriver(pci) : undefined;
  if (facts !== undefined && !isBehind(facts, pci, bound)) return undefined;
  return {
    name,
    pci,
    driver: describeDriver(facts, bound),
    ...(phcIndex === undefined ? {} : { phcIndex }),
  };
}

/** Index of the clock that hangs at this very function; the ports of an adapter may share that of one of them. */
export async function ownPhcIndex(pci: PciFunction): Promise<number | undefined> {
  return await phcIndexIn(join(pci.path, "ptp"));
}

function takesHardwareStamps(facts: TimestampingFacts): boolean {
  return facts.hardwareReceive && facts.hardwareTransmit && facts.hardwareRawClock;
}

/** sysfs may be that of another network namespace, in which the name belongs to another interface. */
function isBehind({ busInfo, driver }: DriverFacts, { address }: PciFunction, bound: string | undefined): boolean {
  if (busInfo !== "") return busInfo === address;
  return driver === "" || bound === undefined || driver.replaceAll("-", "_") === bound.replaceAll("-", "_");
}

function describeDriver(facts: DriverFacts | undefined, bound: string | undefined): Port["driver"] {
  const driver = facts?.driver || bound;
  const version = facts?.version ? ` v${facts.version}` : "";
  const firmwareVersion = facts?.firmwareVersion;
  return {
    ...(driver && { driverVersion: `${driver}${version}` }),
    ...(firmwareVersion && firmwareVersion !== "N/A" && { firmwareVersion }),
  };
}

/** The state of a port's link. */
export async function readLink(
  name: string,
  { root, ethtool }: DevicePorts,
): Promise<Pick<DeviceHardware, "linkStatus" | "linkSpeed" | "fec">> {
  const folder = join(root.sysPath, "class", "net", name);
  // Neither can be read of an interface that is down.
  const isUp = (await readAttribute(join(folder, "carrier"))) === "1";
  const speedMbps = isUp ? Number(await readAttribute(join(folder, "speed"))) : 0;
  const fec = await ethtool.fec(name);
  const modes = fec === undefined || fec.active.length > 0 ? fec?.active : fec.configured;
  return {
    linkStatus: isUp ? "up" : "down",
    linkSpeed: speedMbps > 0 ? `${speedMbps}Mb/s` : "unknown",
    fec: modes === undefined || modes.length === 0 ? "unknown" : modes.join(" "),
  };
}
