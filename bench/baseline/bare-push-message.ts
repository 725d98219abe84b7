/** Parent to the bare server. */
export type BarePushRequest =
  | { readonly kind: "listen"; readonly path: string }
  /** Write `frame` (an encoded SessionResponse for `nodeName`) to every stream, in the name of its own node. */
  | { readonly kind: "push"; readonly frame: Uint8Array; readonly nodeName: string };

/** Bare server to parent. */
export type BarePushReply =
  | { readonly kind: "listening" }
  /** When the first write began, by the machine's monotonic clock. */
  | { readonly kind: "pushed"; readonly startedMs: number; readonly streams: number };
