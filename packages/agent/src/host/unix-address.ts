/** Bytes of a path in a unix socket address, its closing zero included. */
const pathBytes = 108;

/** Size of a unix socket address (struct sockaddr_un), for receiving one. */
export const unixAddressBytes = 2 + pathBytes;

const familyUnix = 1;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A unix socket address for a pathname socket, cut to its length; undefined if the path is empty or too long for one. */
export function encodeUnixAddress(path: string): Uint8Array | undefined {
  const text = encoder.encode(path);
  if (text.length === 0 || text.length >= pathBytes || text.includes(0)) return undefined;
  const address = new Uint8Array(2 + text.length + 1);
  // The family is in host byte order, unlike everything else on a network.
  new Uint16Array(address.buffer, 0, 1)[0] = familyUnix;
  address.set(text, 2);
  return address;
}

/** The path in the first `length` bytes of a received address; empty for a peer without pathname. */
export function decodeUnixAddress(address: Uint8Array, length: number): string {
  const text = address.subarray(2, Math.max(2, Math.min(length, address.length)));
  const end = text.indexOf(0);
  return decoder.decode(end === -1 ? text : text.subarray(0, end));
}
