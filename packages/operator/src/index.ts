export { compose } from "./compose.ts";
export { parseOptions, type OperatorOptions } from "./options.ts";
export { createSessions, type Sessions, type SessionsOptions } from "./sessions/sessions.ts";
export { defaultSessionSettings, type SessionSettings } from "./sessions/session-settings.ts";
export { createClusterStore, type ClusterStore, type ClusterStoreOptions } from "./store/cluster-store.ts";
export type { Store, StoreState } from "./store/store.ts";
