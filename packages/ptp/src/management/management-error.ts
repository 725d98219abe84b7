/** Reasons of refusal (IEEE 1588-2019 table 109) by their code. */
const errorNames: ReadonlyMap<number, string> = new Map([
  [0x0001, "RESPONSE_TOO_BIG"],
  [0x0002, "NO_SUCH_ID"],
  [0x0003, "WRONG_LENGTH"],
  [0x0004, "WRONG_VALUE"],
  [0x0005, "NOT_SETABLE"],
  [0x0006, "NOT_SUPPORTED"],
  [0xfffe, "GENERAL_ERROR"],
]);

/** Code by which a clock says that it does not know a management TLV: an older or different linuxptp. */
export const noSuchId = 0x0002;

/** Code by which a clock says that it knows a management TLV and can do nothing with it. */
export const notSupported = 0x0006;

/** Name of the refusal with `errorId`; its hexadecimal code if the standard has no name for it. */
export function managementErrorName(errorId: number): string {
  return errorNames.get(errorId) ?? `0x${errorId.toString(16).padStart(4, "0")}`;
}
