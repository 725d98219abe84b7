import type { DeviceHardware } from "@ptp/node";
import { printableText } from "./printable-text.ts";

/** What vital product data tells of an adapter. */
export type VpdFields = Pick<
  DeviceHardware,
  | "vpdIdentifierString"
  | "vpdPartNumber"
  | "vpdSerialNumber"
  | "vpdManufacturerId"
  | "vpdProductName"
  | "vpdVendorSpecific1"
  | "vpdVendorSpecific2"
>;

/** Resource tags of PCI vital product data. */
const tags = { identifierString: 0x82, readOnlyKeywords: 0x90, end: 0x78 } as const;

const fieldByKeyword = new Map<string, keyof VpdFields>([
  ["PN", "vpdPartNumber"],
  ["SN", "vpdSerialNumber"],
  ["MN", "vpdManufacturerId"],
  ["V0", "vpdProductName"],
  ["V1", "vpdVendorSpecific1"],
  ["V2", "vpdVendorSpecific2"],
]);

/**
 * Reads vital product data (PCI Local Bus Specification 3.0, appendix I). Firmware gets it wrong in many ways: what is cut
 * off or not understood ends the reading, and what was read until then stands. The first of several equal keywords counts.
 */
export function parseVpd(bytes: Uint8Array): VpdFields {
  const fields: Partial<Record<keyof VpdFields, string>> = {};
  for (let at = 0; at < bytes.length;) {
    const resource = resourceAt(bytes, at);
    if (resource === undefined || resource.tag === tags.end) break;
    const { tag, content, next } = resource;
    if (tag === tags.identifierString) keep(fields, "vpdIdentifierString", content);
    if (tag === tags.readOnlyKeywords) readKeywords(content, fields);
    at = next;
  }
  return fields;
}

/** Large resources have 16 bits of length after the tag, small ones 3 within it. */
function resourceAt(bytes: Uint8Array, at: number) {
  const first = bytes[at] ?? 0;
  const isLarge = first >= 0x80;
  const start = at + (isLarge ? 3 : 1);
  const length = isLarge ? (bytes[at + 1] ?? 0) + 256 * (bytes[at + 2] ?? 0) : first % 8;
  const next = start + length;
  if (next > bytes.length) return undefined;
  return { tag: isLarge ? first : first - (first % 8), content: bytes.subarray(start, next), next };
}

function readKeywords(content: Uint8Array, fields: Partial<Record<keyof VpdFields, string>>): void {
  for (let at = 0; at + 3 <= content.length;) {
    const keyword = printableText(content.subarray(at, at + 2));
    const start = at + 3;
    const next = start + (content[at + 2] ?? 0);
    if (next > content.length) return;
    const field = fieldByKeyword.get(keyword);
    if (field !== undefined) keep(fields, field, content.subarray(start, next));
    at = next;
  }
}

function keep(fields: Partial<Record<keyof VpdFields, string>>, field: keyof VpdFields, content: Uint8Array): void {
  const text = printableText(content);
  if (text !== "") fields[field] ??= text;
}
