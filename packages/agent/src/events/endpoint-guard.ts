import { BlockList, isIP, isIPv6 } from "node:net";

/** Which addresses events may go to. */
export interface EndpointPolicy {
  /** Consumers on this host alone: for standalone and replay. */
  readonly allowLoopback: boolean;
  /** Networks as `10.0.0.0/8`; empty: any. */
  readonly allowedNetworks: readonly string[];
  /** Ports of ours on the addresses of this node. */
  readonly ownPorts: readonly number[];
}

/** Judges resolved addresses. */
export interface EndpointGuard {
  /** Why nothing may be sent there; undefined if it may. */
  refusal(address: string, port: number): string | undefined;
}

/**
 * Creates the guard. Never allowed: link-local, the metadata services of clouds, unspecified, multicast and broadcast
 * addresses. `ownAddresses` are asked for each time, since they come and go.
 *
 * @throws RangeError for a network that is none.
 */
export function createEndpointGuard(policy: EndpointPolicy, ownAddresses: () => readonly string[]): EndpointGuard {
  const allowed = policy.allowedNetworks.length === 0 ? undefined : networks(policy.allowedNetworks);
  return {
    refusal: (address, port) => {
      const plain = withoutTranslation(address);
      if (contains(forbidden, plain)) return `${address} is a link-local, metadata or group address`;
      const isLoopback = contains(loopback, plain);
      if (isLoopback && !policy.allowLoopback)
        return `${address} is this host alone (--event-allow-loopback allows it)`;
      // Asked last: a node has hundreds of interfaces, and this is on the way of every event.
      const isOwn = policy.ownPorts.includes(port) && (isLoopback || ownAddresses().includes(plain));
      if (isOwn) return `port ${port} of ${address} is one of this agent`;
      if (allowed !== undefined && !contains(allowed, plain)) return `${address} is in no allowed network`;
      return undefined;
    },
  };
}

/** Whether a text is a network such as `10.0.0.0/8` or `fd00::/8`. */
export function isNetwork(text: string): boolean {
  try {
    networks([text]);
    return true;
  } catch {
    return false;
  }
}

const loopback = networks(["127.0.0.0/8", "::1/128"]);

const forbidden = networks([
  "0.0.0.0/8",
  "169.254.0.0/16",
  // Metadata services outside of link-local.
  "100.100.100.200/32",
  "168.63.129.16/32",
  "192.0.0.192/32",
  "fd00:ec2::/32",
  "fd20:ce::254/128",
  "224.0.0.0/4",
  "255.255.255.255/32",
  "::/128",
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
]);

function networks(texts: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of texts) {
    const [address = "", bits = "", more] = text.split("/");
    const size = isIPv6(address) ? 128 : 32;
    const prefix = /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (isIP(address) === 0 || !(prefix <= size) || more !== undefined)
      throw new RangeError(`${text} is not a network`);
    list.addSubnet(address, prefix, family(address));
  }
  return list;
}

function contains(list: BlockList, address: string): boolean {
  return list.check(address, family(address));
}

function family(address: string): "ipv4" | "ipv6" {
  return isIPv6(address) ? "ipv6" : "ipv4";
}

/** IPv4 in IPv6 clothes (mapped, translated, compatible, NAT64, 6to4) is judged as the IPv4 address it reaches. */
function withoutTranslation(address: string): string {
  const plain = address.split("%")[0] ?? address;
  if (!isIPv6(plain)) return plain;
  const groups = ipv6Groups(plain);
  const [a = 0, b = 0, c = 0] = groups;
  const isZero = (from: number, to: number): boolean => groups.slice(from, to).every((group) => group === 0);
  const last = (): string => dotted(groups[6] ?? 0, groups[7] ?? 0);
  if (isZero(0, 5) && groups[5] === 0xffff) return last();
  if (isZero(0, 4) && groups[4] === 0xffff && groups[5] === 0) return last();
  if (isZero(0, 6) && (groups[6] !== 0 || (groups[7] ?? 0) > 1)) return last();
  // The prefix of NAT64 that is for a network's own use, too.
  if (a === 0x64 && b === 0xff9b && (isZero(2, 6) || c === 1)) return last();
  if (a === 0x2002) return dotted(b, c);
  return plain;
}

function ipv6Groups(address: string): number[] {
  const dottedEnd = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const bytes = (dottedEnd ?? []).slice(1).map(Number);
  const [p = 0, q = 0, r = 0, s = 0] = bytes;
  const end = [(p << 8) | q, (r << 8) | s].map((group) => group.toString(16)).join(":");
  const text = dottedEnd === null ? address : address.slice(0, dottedEnd.index) + end;
  const [head = "", tail] = text.split("::");
  const read = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  const [before, after] = [read(head), read(tail ?? "")];
  return tail === undefined
    ? before
    : [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
