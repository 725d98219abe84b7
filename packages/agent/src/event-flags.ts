import type { EventOptions } from "./agent-options.ts";
import { flagOr, type GivenFlags } from "./agent-flags.ts";
import { bindAddress } from "./bind-address.ts";
import { isNetwork } from "./events/endpoint-guard.ts";
import { userIdOf } from "./user-id.ts";

/**
 * Reads the flags of events. Consumers on the loopback are allowed by themselves where the operator is behind a socket of
 * this host: a machine for trying things out.
 *
 * @throws Error for people.
 */
export function eventOptions(flags: GivenFlags): EventOptions {
  const { host: apiHost, port: apiPort } = bindAddress("event-bind-address", flagOr(flags, "event-bind-address"));
  const userId = userIdOf("event-user", flagOr(flags, "event-user"));
  const allowedNetworks = (flags["event-allow-networks"] ?? "").split(",").flatMap((each) => each.trim() || []);
  const wrong = allowedNetworks.find((network) => !isNetwork(network));
  if (wrong !== undefined) throw new Error(`--event-allow-networks ${wrong} is not a network: write 10.0.0.0/8`);
  const consumerCaPath = flags["event-consumer-ca"];
  const isStandalone = flags.operator?.startsWith("unix:") === true;
  return {
    isForced: flags["enable-event-publisher"] === "true",
    apiPort,
    ...(apiHost !== undefined && { apiHost }),
    userId,
    allowLoopback: (flags["event-allow-loopback"] ?? String(isStandalone)) === "true",
    allowedNetworks,
    ownMutations: flags["event-own-mutations"] === "true",
    ...eventTokens(flags),
    ...eventTls(flags),
    ...(consumerCaPath !== undefined && { consumerCaPath }),
  };
}

/** Tokens are the cluster's to check, and nobody else's to read. */
function eventTokens(flags: GivenFlags): Pick<EventOptions, "tokens"> {
  const given = flags["event-token-subjects"];
  const subjects = (given ?? "").split(",").flatMap((each) => each.trim() || []);
  if (flags["event-tokens"] !== "true") {
    if (given !== undefined) throw new Error("--event-token-subjects says whose tokens count: give --event-tokens too");
    return {};
  }
  if (flags.operator === undefined || flags["token-file"] === undefined || flags["use-controller"] === "true") {
    const remedy = "give --operator host:port with --token-file, or use certificates: --event-tls-client-ca";
    throw new Error(`--event-tokens: an operator in the cluster has to check them, and this agent has none: ${remedy}`);
  }
  if (flags["event-tls-cert"] === undefined) {
    throw new Error("--event-tokens: by plain HTTP others could read them: give --event-tls-cert and --event-tls-key");
  }
  return { tokens: { subjects } };
}

function eventTls(flags: GivenFlags): Pick<EventOptions, "tls"> {
  const [certPath, keyPath] = [flags["event-tls-cert"], flags["event-tls-key"]];
  const clientCaPath = flags["event-tls-client-ca"];
  if (certPath !== undefined && keyPath !== undefined) {
    return { tls: { certPath, keyPath, ...(clientCaPath !== undefined && { clientCaPath }) } };
  }
  if (certPath ?? keyPath ?? clientCaPath)
    throw new Error("events by HTTPS need both --event-tls-cert and --event-tls-key");
  return {};
}
