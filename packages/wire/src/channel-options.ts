import type * as grpc from "@grpc/grpc-js";

/** Largest message an agent accepts, in bytes; the operator refuses to issue a config above it. */
export const maxConfigBytes = 4 * 1024 * 1024;

/** Largest message an operator accepts, in bytes: reports are small, and 5,000 peers share its memory. */
export const maxRequestBytes = 256 * 1024;

/** Both ends ping an idle connection; without it a dead node is noticed only by TCP, after a quarter of an hour. */
const keepaliveTimeMs = 20_000;
const keepaliveTimeoutMs = 10_000;

/** Options of an agent's channel. A session reconnects by itself, so the channel's own retries are off. */
export const agentChannelOptions: grpc.ChannelOptions = {
  "grpc.keepalive_time_ms": keepaliveTimeMs,
  "grpc.keepalive_timeout_ms": keepaliveTimeoutMs,
  "grpc.keepalive_permit_without_calls": 1,
  "grpc.max_receive_message_length": maxConfigBytes,
  "grpc.max_send_message_length": maxRequestBytes,
  "grpc.enable_retries": 0,
  "grpc.enable_channelz": 0,
  "grpc.use_local_subchannel_pool": 1,
};

/** Options of an operator's server. A peer needs one stream; a few more let a replacement overtake a hanging one. */
export const operatorServerOptions: grpc.ServerOptions = {
  "grpc.keepalive_time_ms": keepaliveTimeMs,
  "grpc.keepalive_timeout_ms": keepaliveTimeoutMs,
  "grpc.keepalive_permit_without_calls": 1,
  "grpc.max_receive_message_length": maxRequestBytes,
  "grpc.max_send_message_length": maxConfigBytes,
  "grpc.max_concurrent_streams": 4,
  "grpc.enable_channelz": 0,
};
