import { isIP } from "node:net";
import { toTlsSources, tlsProblems, type GivenTlsSources, type TlsSources } from "./tls-sources.ts";

/** What agents are told of events beyond what travels in the session; docs/events.md says what each does. */
export interface AgentEventsSettings {
  /** Absent: plain HTTP, as consumers of the existing stack speak it. */
  readonly tls?: TlsSources;
  /** Only who made a subscription may delete it. */
  readonly ownMutations: boolean;
  /** Present: who changes subscriptions needs a token, of one of these subjects if there are any. */
  readonly tokens?: { readonly subjects: readonly string[] };
  /** Networks of consumers; empty: any. */
  readonly allowNetworks: readonly string[];
  /** ConfigMap with `ca.crt`, the authority of consumers that take events by HTTPS; absent: the well-known ones. */
  readonly consumerCaConfigMap?: string;
}

/** The same as a file of settings may have it. */
export interface GivenAgentEvents {
  readonly tls?: GivenTlsSources | null;
  readonly ownMutations?: boolean | null;
  readonly tokens?: boolean | null;
  readonly tokenSubjects?: readonly string[] | null;
  readonly allowNetworks?: readonly string[] | null;
  readonly consumerCaConfigMap?: string | null;
}

/** The settings with defaults. */
export function toAgentEvents(given: GivenAgentEvents): AgentEventsSettings {
  const tls = toTlsSources(given.tls);
  const { consumerCaConfigMap, tokens, tokenSubjects: subjects } = given;
  return {
    ...(tls && { tls }),
    ownMutations: given.ownMutations ?? false,
    ...(tokens && { tokens: { subjects: subjects ?? [] } }),
    allowNetworks: given.allowNetworks ?? [],
    ...(consumerCaConfigMap && { consumerCaConfigMap }),
  };
}

/** What is wrong with settings, with field, value and remedy: an agent that is given them does not start. */
export function agentEventsProblems(given: GivenAgentEvents): readonly string[] {
  const networks = (given.allowNetworks ?? []).flatMap((network, at) =>
    isNetwork(network)
      ? []
      : [`events.allowNetworks[${at}]: "${network}" is no network; write one such as 10.0.0.0/8 or fd00::/8`],
  );
  return [...tlsProblems("events.tls", given.tls), ...networks, ...tokenProblems(given)];
}

function tokenProblems({ tls, tokens, tokenSubjects }: GivenAgentEvents): readonly string[] {
  const subjects = tokenSubjects ?? [];
  if (!tokens) {
    if (subjects.length === 0) return [];
    return [`events.tokenSubjects: "${subjects.join(",")}" says whose tokens count: write events.tokens: true too`];
  }
  const unsafe = toTlsSources(tls) === undefined;
  return [
    ...(unsafe ? ["events.tokens: by plain HTTP others could read them: write events.tls.secretName too"] : []),
    ...subjects.flatMap((subject, at) =>
      /^[^\s,]+$/.test(subject)
        ? []
        : [
            `events.tokenSubjects[${at}]: "${subject}" names nobody; write system:serviceaccount:<namespace>:<name> or …:*`,
          ],
    ),
  ];
}

function isNetwork(text: string): boolean {
  const [, address = "", length = ""] = /^([0-9A-Fa-f.:]+)\/(0|[1-9][0-9]{0,2})$/.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(length) <= (family === 4 ? 32 : 128);
}
