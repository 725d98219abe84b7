import { hardwareConfig } from "./hardware-config.ts";
import type { KindDefinition } from "./kind.ts";
import { nodePtpCfg } from "./node-ptp-cfg.ts";
import { nodePtpDev } from "./node-ptp-dev.ts";
import { nodePtpDevice } from "./node-ptp-device.ts";
import { ptpConfig } from "./ptp-config.ts";
import { ptpOperatorConfig } from "./ptp-operator-config.ts";

/** Every kind of the API group, in the order files and tables list them. */
export const kinds: readonly KindDefinition[] = [
  ptpConfig,
  ptpOperatorConfig,
  nodePtpDevice,
  hardwareConfig,
  nodePtpCfg,
  nodePtpDev,
];
