import { parseClockIdentity, type ClockIdentity } from "@ptp/ptp";

/**
 * The clock identity that `ptpSettings["clockId[<interface>]"]` stands for, a decimal 64-bit number of which the middle is
 * replaced: by default it is the clock id of a DPLL, with `EUI-48` a MAC address. Undefined if it is no such number.
 */
export function clockIdentityOf(clockId: string, format: "EUI-48" | undefined): ClockIdentity | undefined {
  if (!/^\d{1,20}$/.test(clockId)) return undefined;
  const value = BigInt(clockId);
  if (value > 0xffff_ffff_ffff_ffffn) return undefined;
  const vendor = (value >> (format === "EUI-48" ? 24n : 40n)) & 0xff_ffffn;
  return parseClockIdentity(`${hex24(vendor)}.fffe.${hex24(value & 0xff_ffffn)}`);
}

function hex24(value: bigint): string {
  return value.toString(16).padStart(6, "0");
}
