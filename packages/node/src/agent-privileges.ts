/** A Linux capability that an agent may hold, as Kubernetes spells it. */
export type Capability =
  | "CHOWN"
  | "DAC_OVERRIDE"
  | "KILL"
  | "NET_ADMIN"
  | "NET_BIND_SERVICE"
  | "NET_RAW"
  | "SETGID"
  | "SETUID"
  | "SYS_NICE"
  | "SYS_TIME";

/**
 * All capabilities an agent's container needs in operator and file mode, sorted; docs/privileges.md says for what. To be
 * added to `drop: [ALL]`. A profile may ask for any of it at any time, so there is no smaller list per cluster.
 */
export const agentCapabilities = [
  "CHOWN",
  "KILL",
  "NET_ADMIN",
  "NET_BIND_SERVICE",
  "NET_RAW",
  "SETGID",
  "SETUID",
  "SYS_NICE",
  "SYS_TIME",
] as const satisfies readonly Capability[];

/** What controller mode needs beyond `agentCapabilities`: a socket folder for a child of another user. */
export const controllerCapabilities = ["DAC_OVERRIDE"] as const satisfies readonly Capability[];

/** A folder an agent writes to, seen from inside its container; its root file system can be read-only. */
export interface AgentFolder {
  readonly path: string;
  /**
   * `host`: of the node, survives the pod; `memory`: the pod's own, in memory, since keys and sockets lie there; `device`:
   * of the node, and opened only by a privileged container or through a device plugin.
   */
  readonly kind: "host" | "memory" | "device";
}

/** All folders an agent and its programs write to, sorted by path. `/var/run` must be `/run`, as in its image. */
export const agentFolders = [
  { path: "/dev", kind: "device" },
  { path: "/etc/leap", kind: "memory" },
  { path: "/etc/ptp-secret-mount", kind: "memory" },
  { path: "/gpsd", kind: "memory" },
  { path: "/run", kind: "memory" },
  { path: "/tmp", kind: "memory" },
  { path: "/var/lib/ptp-agent", kind: "host" },
] as const satisfies readonly AgentFolder[];
