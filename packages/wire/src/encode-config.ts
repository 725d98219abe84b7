import { create, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { IssuedConfig, NodeConfig, SharedConfig } from "@ptp/node";
import * as pb from "./gen/ptp/agent/v1/agent_pb.ts";
import { toWireNodeConfig } from "./wire-node-config.ts";

/** Makes the bytes of a SessionResponse that carries a configuration: encoded once, they can be measured and sent. */
export type ConfigEncoder = (issued: IssuedConfig) => Uint8Array;

/** What nodes share whose configs differ by revision and name alone. */
interface SharedPart extends SharedConfig {
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
    const parts = { profiles, hardware, plugins, ...(events && { events }), secrets };
    const shared = { ...parts, bytes: bytesOf({ revision: "", config: { ...parts, nodeName: "" } }) };
    known.set(config.profiles, shared);
    return shared;
  };
  return ({ revision, config }) => {
    const { bytes } = sharedOf(config);
    // The first two fields and the last; what lies between them is shared. A message may be written in parts.
    const own = bytesOfOwn({ revision, nodeName: config.nodeName });
    const last = config.leapSeconds === undefined ? noBytes : bytesOfOwn({ leapSeconds: config.leapSeconds });
    const frame = new BinaryWriter().tag(configField, WireType.LengthDelimited);
    return frame
      .uint32(own.length + bytes.length + last.length)
      .raw(own)
      .raw(bytes)
      .raw(last)
      .finish();
  };
}

const configField = pb.SessionResponseSchema.field.config.number;

const noBytes = new Uint8Array();

function bytesOfOwn(fields: MessageInitShape<typeof pb.NodeConfigSchema>): Uint8Array {
  return toBinary(pb.NodeConfigSchema, create(pb.NodeConfigSchema, fields));
}

function bytesOf(issued: IssuedConfig): Uint8Array {
  return toBinary(pb.NodeConfigSchema, create(pb.NodeConfigSchema, toWireNodeConfig(issued)));
}

function isSame(a: SharedConfig, b: SharedConfig): boolean {
  const isRestSame = a.hardware === b.hardware && a.plugins === b.plugins && a.secrets === b.secrets;
  return a.profiles === b.profiles && isRestSame && a.events === b.events;
}
