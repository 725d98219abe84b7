export * from "./bidi-stream.ts";
export * from "./call-bidi.ts";
export * from "./channel-options.ts";
export * from "./decoded.ts";
export * from "./encode-config.ts";
export * from "./method-definition.ts";
export * from "./open-session.ts";
export * from "./protocol.ts";
export * from "./serve-bidi.ts";
export * from "./wire-error.ts";
export * from "./wire-hello.ts";
export * from "./wire-node-config.ts";
export * from "./wire-node-profile.ts";
export * from "./wire-node-report.ts";
export * from "./wire-result.ts";
export * from "./wire-token.ts";
export {
  AgentService,
  SessionRequestSchema,
  SessionResponseSchema,
  type SessionRequest,
  type SessionResponse,
} from "./gen/ptp/agent/v1/agent_pb.ts";
