import type { MessageInitShape } from "@bufbuild/protobuf";
import { canonicalJson, type IssuedConfig, type NodeHardware } from "@ptp/node";
import { decodeEach, undecodable, type Decoded, type Dropped } from "./decoded.ts";
import { fromJsonObjectText, nonEmpty, present } from "./field.ts";
import type * as pb from "./gen/ptp/agent/v1/agent_pb.ts";
import { fromWireNodeProfile, toWireNodeProfile } from "./wire-node-profile.ts";

/** An issued configuration as its message. */
export function toWireNodeConfig({ revision, config }: IssuedConfig): MessageInitShape<typeof pb.NodeConfigSchema> {
  return present({
    revision,
    nodeName: config.nodeName,
    profiles: config.profiles.map(toWireNodeProfile),
    hardware: config.hardware.map(({ name, profile, hardwareProfile }) => ({
      name,
      profile,
      hardwareProfileJson: canonicalJson(hardwareProfile),
    })),
    plugins: [...config.plugins],
    events: config.events === undefined ? undefined : { ...config.events },
    secrets: config.secrets.map((secret) => ({ ...secret })),
    leapSeconds: config.leapSeconds,
  });
}

/**
 * An issued configuration from its message. A profile or hardware entry with a field this version cannot read is dropped
 * by itself; without a revision or a node name nothing of the message is usable.
 */
export function fromWireNodeConfig(message: pb.NodeConfig): Decoded<IssuedConfig> {
  const { revision, nodeName } = message;
  if (revision === "") return undecodable("revision", "missing");
  if (nodeName === "") return undecodable("node_name", "missing");
  const dropped: Dropped[] = [];
  const config = present({
    nodeName,
    profiles: decodeEach(message.profiles, ({ name }) => name, fromWireNodeProfile, dropped),
    hardware: decodeEach(message.hardware, ({ profile }) => profile, fromWireHardware, dropped),
    plugins: message.plugins,
    events: message.events === undefined ? undefined : fromWireEvents(message.events),
    // A copy: the message's bytes are a view that would keep the whole received frame alive.
    secrets: message.secrets.map(({ secret, key, content }) => ({ secret, key, content: new Uint8Array(content) })),
    leapSeconds: message.leapSeconds,
  });
  return { ok: true, value: { revision, config }, dropped };
}

function fromWireHardware({ name, profile, hardwareProfileJson }: pb.NodeHardware): NodeHardware {
  const hardwareProfile = fromJsonObjectText(`hardware[${name}].hardwareProfile`, hardwareProfileJson);
  return { name: nonEmpty("hardware.name", name), profile, hardwareProfile };
}

function fromWireEvents({ enableEventPublisher, transportHost, apiVersion, storageType }: pb.EventSettings) {
  return present({ enableEventPublisher, transportHost, apiVersion, storageType });
}
