import { inventoryLimits } from "@ptp/node";

/** Text out of bytes that hardware or firmware wrote: printable ASCII alone, without space around it, of bounded length. */
export function printableText(bytes: Uint8Array): string {
  let text = "";
  // A few bytes more than can be kept, for spaces at the beginning.
  for (const byte of bytes.subarray(0, 4 * inventoryLimits.textLength)) {
    if (byte >= 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
  }
  return text.trim().slice(0, inventoryLimits.textLength).trimEnd();
}
