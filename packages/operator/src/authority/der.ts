/** A value in the Distinguished Encoding Rules of ASN.1 (ITU-T X.690), as far as certificates need them. */
export type Der = Buffer;

/** One value: tag octet, length, content. */
export function tagged(tag: number, ...content: readonly Uint8Array[]): Der {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
}

/** Members in order. */
export function sequence(...members: readonly Der[]): Der {
  return tagged(0x30, ...members);
}

/** A SET of one member, which is all that names need: more would have to be sorted. */
export function setOf(member: Der): Der {
  return tagged(0x31, member);
}

/** A value under a context-specific tag; constructed: it holds whole values. */
export function context(tag: number, content: Uint8Array, { constructed = true } = {}): Der {
  return tagged((constructed ? 0xa0 : 0x80) | tag, content);
}

/** `1.2.840.10045.2.1` */
export function objectIdentifier(text: string): Der {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** A number of any size that is not negative, big-endian. */
export function unsignedInteger(bytes: Uint8Array): Der {
  const start = bytes.findIndex((byte) => byte !== 0);
  const significant = start < 0 ? Buffer.from([0]) : bytes.subarray(start);
  // A first bit that is set would mean a negative number.
  const pad = (significant[0] ?? 0) > 0x7f ? Buffer.from([0]) : Buffer.alloc(0);
  return tagged(0x02, pad, significant);
}

/** True; false is the default wherever certificates have it, and defaults are left out. */
export function booleanTrue(): Der {
  return tagged(0x01, Buffer.from([0xff]));
}

/** Bits of which the last `unusedBits` are padding. */
export function bitString(bytes: Uint8Array, unusedBits = 0): Der {
  return tagged(0x03, Buffer.from([unusedBits]), bytes);
}

/** Bytes. */
export function octetString(bytes: Uint8Array): Der {
  return tagged(0x04, bytes);
}

/** Text. */
export function utf8String(text: string): Der {
  return tagged(0x0c, Buffer.from(text, "utf8"));
}

/** A time in seconds: two digits for the year until 2049, four after it, as RFC 5280 has it. */
export function time(unixMs: number): Der {
  const digits = new Date(unixMs).toISOString().replaceAll(/[-:T]|\.\d+/g, "");
  const isShort = Number(digits.slice(0, 4)) < 2050;
  return isShort ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits));
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const hex = length.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

function base128(value: number): readonly number[] {
  const digits = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) digits.unshift(128 + (rest % 128));
  return digits;
}
