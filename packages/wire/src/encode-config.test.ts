import { create, toBinary } from "@bufbuild/protobuf";
import type { IssuedConfig } from "@ptp/node";
import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { createConfigEncoder } from "./encode-config.ts";
import { SessionResponseSchema } from "./gen/ptp/agent/v1/agent_pb.ts";
import { arbitraryNodeConfig } from "./testing/arbitrary.ts";
import { toWireNodeConfig } from "./wire-node-config.ts";

function inOne(issued: IssuedConfig): Uint8Array {
  const message = { message: { case: "config" as const, value: toWireNodeConfig(issued) } };
  return toBinary(SessionResponseSchema, create(SessionResponseSchema, message));
}

test("what is put together of parts is what is encoded in one, whatever was encoded before", () => {
  const encode = createConfigEncoder();
  fc.assert(
    fc.property(arbitraryNodeConfig, arbitraryNodeConfig, (one, other) => {
      const configs = [
        one,
        { ...one, nodeName: "another" },
        // Other secrets beside the same profiles.
        { ...one, secrets: other.secrets },
        { ...one, hardware: other.hardware, plugins: other.plugins },
        { ...one, leapSeconds: "#$ 1" },
        one,
      ];
      for (const [index, config] of configs.entries()) {
        const issued = { revision: String(index), config };
        assert.deepEqual(encode(issued), inOne(issued));
      }
    }),
  );
});
