import { create, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { IssuedConfig, NodeConfig } from "@ptp/node";
import * as pb from "./gen/ptp/agent/v1/agent_pb.ts";
import { toWireNodeConfig } from "./wire-node-config.ts";

/** Makes the bytes of a SessionResponse that carries a configuration: encoded once, they can be measured and sent. */
export type ConfigEncoder = (issued: IssuedConfig) => Uint8Array;

/** What nodes share whose configs differ by revision and name alone. */
interface SharedPart extends Omit<NodeConfig, "nodeName"> {
  readonly bytes: Uint8Array;
}

/**
 * Creates an encoder. Configs with the same members (by identity, as resolution gives them to nodes that select alike)
 * are encoded once: an edit that touches thousands of nodes then costs each a copy.
 */
export function createConfigEncoder(): ConfigEncoder {
  const known = new WeakMap<NodeConfig["profiles"], SharedPart>();
  const sharedOf = (config: NodeConfig): SharedPart => {
    const before = known.get(config.profiles);
    if (before !== undefined && isSame(before, config)) return before;
    const { profiles, hardware, plugins, events, secrets } = config;
    const bytes = bytesOf({ revision: "", config: { ...config, nodeName: "" } });
    const shared = { profiles, hardware, plugins, ...(events && { events }), secrets, bytes };
    known.set(config.profiles, shared);
    return shared;
  };
  return ({ revision, config }) => {
    const { bytes } = sharedOf(config);
    // The first two fields; what follows them is shared. A message may be written in parts.
    const own = toBinary(pb.NodeConfigSchema, create(pb.NodeConfigSchema, { revision, nodeName: config.nodeName }));
    const frame = new BinaryWriter().tag(configField, WireType.LengthDelimited);
    return frame
      .uint32(own.length + bytes.length)
      .raw(own)
      .raw(bytes)
      .finish();
  };
}

const configField = pb.SessionResponseSchema.field.config.number;

function bytesOf(issued: IssuedConfig): Uint8Array {
  return toBinary(pb.NodeConfigSchema, create(pb.NodeConfigSchema, toWireNodeConfig(issued)));
}

function isSame(a: Omit<NodeConfig, "nodeName">, b: Omit<NodeConfig, "nodeName">): boolean {
  const isRestSame = a.hardware === b.hardware && a.plugins === b.plugins && a.secrets === b.secrets;
  return a.profiles === b.profiles && isRestSame && a.events === b.events;
}
