import { join } from "node:path";
import type { BaseBoardInfo, SystemInfo } from "@ptp/node";
import type { HostRoot } from "./host-root.ts";
import { readAttribute } from "./read-attribute.ts";

/** The machine by its own firmware; what it does not tell, or only to root, is absent. */
export interface MachineInfo {
  readonly systemInfo?: SystemInfo;
  readonly baseBoardInfo?: BaseBoardInfo;
}

const systemFiles = {
  manufacturer: "sys_vendor",
  productName: "product_name",
  version: "product_version",
  serialNumber: "product_serial",
  skuNumber: "product_sku",
  family: "product_family",
} as const satisfies Record<keyof SystemInfo, string>;

const baseBoardFiles = {
  manufacturer: "board_vendor",
  productName: "board_name",
  version: "board_version",
  serialNumber: "board_serial",
} as const satisfies Record<keyof BaseBoardInfo, string>;

/** Reads SMBIOS types 1 and 2 as the kernel shows them. */
export async function readMachineInfo({ sysPath }: HostRoot): Promise<MachineInfo> {
  const folder = join(sysPath, "class", "dmi", "id");
  const systemInfo = await readFields(folder, systemFiles);
  const baseBoardInfo = await readFields(folder, baseBoardFiles);
  return { ...(systemInfo && { systemInfo }), ...(baseBoardInfo && { baseBoardInfo }) };
}

/** The fields that are told; undefined if none is. */
async function readFields<K extends string>(
  folder: string,
  files: Readonly<Record<K, string>>,
): Promise<Partial<Record<K, string>> | undefined> {
  const fields: Partial<Record<K, string>> = {};
  for (const [field, file] of Object.entries(files) as [K, string][]) {
    const value = await readAttribute(join(folder, file));
    if (value !== undefined && value.toLowerCase() !== "unknown") fields[field] = value;
  }
  return Object.keys(fields).length === 0 ? undefined : fields;
}
