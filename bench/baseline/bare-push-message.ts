/** Where a bare server listens: on a socket in plain text, or by TLS with a pair (PEM). */
export type BareAddress =
  | { readonly kind: "socket"; readonly path: string }
  | { readonly kind: "tls"; readonly address: string; readonly key: string; readonly cert: string };

/** Parent to the bare server. */
export type BarePushRequest =
  | { readonly kind: "listen"; readonly on: BareAddress }
  /** Write `frame` (an encoded SessionResponse for `nodeName`) to every stream, in the name of its own node. */
  | { readonly kind: "push"; readonly frame: Uint8Array; readonly nodeName: string };

/** Bare server to parent. */
export type BarePushReply =
  | { readonly kind: "listening" }
  /** When the first write began, by the machine's monotonic clock. */
  | { readonly kind: "pushed"; readonly startedMs: number; readonly streams: number };
