import type { ApiClient, LeaderElection } from "@ptp/cluster";
import type { Logger, Part } from "@ptp/kit";
import { composeAdmission } from "./compose-admission.ts";
import { composeAuthority } from "./compose-authority.ts";
import type { AgentIdentity } from "./identity/agent-identity.ts";
import type { OperatorMetrics } from "./operator-metrics.ts";
import type { ClusterOptions } from "./options.ts";
import type { Sessions } from "./sessions/sessions.ts";
import { createTokenListener } from "./sessions/token-listener.ts";
import type { Store } from "./store/store.ts";
import { tellExpiry } from "./tls/certificate-metrics.ts";

/** What the listeners are made of. */
export interface ListenersPlace {
  readonly options: ClusterOptions;
  readonly client: ApiClient;
  readonly election: LeaderElection | undefined;
  readonly store: Pick<Store, "state" | "synced">;
  readonly identity: AgentIdentity;
  readonly sessions: Sessions;
  readonly metrics: Pick<OperatorMetrics, "registry">;
  readonly log: Logger;
}

/** What others connect to over TLS, with the certificate it shows. */
export interface Listeners {
  readonly parts: readonly Part[];
  /** Whether all that is wanted can be connected to. */
  areServed(): boolean;
}

/** The listeners for agents and for the API server's questions. */
export function composeListeners(place: ListenersPlace): Listeners {
  const { options, sessions, identity, metrics, log } = place;
  const { listen, webhook } = options;
  const { certificate, parts } = composeAuthority(place);
  tellExpiry(metrics.registry, certificate);
  const admission = composeAdmission({ ...place, registry: metrics.registry, certificate });
  const agents = listen && createTokenListener({ ...listen, certificate, identity, sessions, log });
  // Stopped first: agents are told good-bye while their connections are still open.
  const drain = { name: "sessions", start: async () => {}, stop: async () => sessions.drain() };
  const isUsed = listen !== undefined || webhook !== undefined;
  return {
    parts: [...parts, ...(agents ? [agents] : []), ...(admission ? [admission] : []), drain],
    areServed: () => (!isUsed || certificate.current() !== undefined) && admission?.serves() !== false,
  };
}
