import type { LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { sleep } from "@ptp/kit";
import type { EndpointGuard } from "./endpoint-guard.ts";

/** All addresses of a name; `dns.promises.lookup` with `all`. */
export type LookupAll = (host: string) => Promise<readonly LookupAddress[]>;

/** Gives the addresses of names, none of which is refused. */
export interface HostResolver {
  /** For connections to this port. */
  lookup(port: number): LookupFunction;
}

/** An answer is used as long. */
const freshMs = 10_000;

/** With an old answer at hand nobody waits longer for a new one. A name server that is away must cost no one a subscription. */
const patienceMs = 200;

const maxNames = 10_000;

interface Known {
  readonly addresses: readonly LookupAddress[];
  readonly atMs: number;
}

/** Code of the error when every address of a name is refused. */
export const refusedCode = "EREFUSEDADDRESS";

/**
 * Creates a resolver. A name is asked for once at a time, and a slow answer is not waited for where there is an old one; each
 * use is judged anew, and an answer with a refused address loses it.
 */
export function createHostResolver(lookupAll: LookupAll, guard: EndpointGuard, nowMs: () => number): HostResolver {
  const addressesOf = createAddressCache(lookupAll, nowMs);
  return {
    lookup: (port) => (host, options, callback) => {
      const judge = (addresses: readonly LookupAddress[]): void => {
        const allowed = addresses.filter(({ address }) => guard.refusal(address, port) === undefined);
        const [first] = allowed;
        if (first === undefined) callback(refusedError(host, addresses, { guard, port }), "");
        else if (options.all === true) callback(null, allowed);
        else callback(null, first.address, first.family);
      };
      addressesOf(host).then(judge, (error: NodeJS.ErrnoException) => callback(error, ""));
    },
  };
}

function createAddressCache(
  lookupAll: LookupAll,
  nowMs: () => number,
): (host: string) => Promise<readonly LookupAddress[]> {
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<readonly LookupAddress[]>>();
  const askOnce = async (host: string): Promise<readonly LookupAddress[]> => {
    const addresses = await lookupAll(host);
    if (known.size >= maxNames) known.clear();
    known.set(host, { addresses, atMs: nowMs() });
    return addresses;
  };
  const ask = (host: string): Promise<readonly LookupAddress[]> => {
    const answer = asking.get(host) ?? askOnce(host).finally(() => asking.delete(host));
    asking.set(host, answer);
    return answer;
  };
  return async (host) => {
    const old = known.get(host);
    if (old === undefined) return ask(host);
    if (nowMs() - old.atMs < freshMs) return old.addresses;
    const answer = ask(host).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EAI_AGAIN") return old.addresses;
      throw error;
    });
    return Promise.race([answer, sleep(patienceMs).then(() => old.addresses)]);
  };
}

function refusedError(
  host: string,
  addresses: readonly LookupAddress[],
  { guard, port }: { readonly guard: EndpointGuard; readonly port: number },
): NodeJS.ErrnoException {
  const why = addresses[0] === undefined ? "it has no address" : guard.refusal(addresses[0].address, port);
  return Object.assign(new Error(`events may not be sent to ${host}: ${why}`), { code: refusedCode });
}
