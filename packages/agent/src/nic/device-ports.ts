import type { EthtoolPort } from "../host/ethtool-port.ts";
import type { HostRoot } from "../host/host-root.ts";

/** Where devices are looked for. */
export interface DevicePorts {
  readonly root: HostRoot;
  readonly ethtool: EthtoolPort;
}
