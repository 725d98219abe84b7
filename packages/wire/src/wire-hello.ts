import type { MessageInitShape } from "@bufbuild/protobuf";
import { programNames, type HostFacts, type ProgramFacts, type ProgramName } from "@ptp/node";
import { undecodable, type Decoded } from "./decoded.ts";
import { present } from "./field.ts";
import type * as pb from "./gen/ptp/agent/v1/agent_pb.ts";
import type { ProtocolRange } from "./protocol.ts";

/** What an agent says first. */
export interface AgentHello extends ProtocolRange {
  readonly agentVersion: string;
  /** Random, new at each start of the agent process. */
  readonly instanceId: string;
  /** Revision the agent holds; empty before its first. */
  readonly acceptedRevision: string;
  readonly facts: HostFacts;
}

/** What an operator answers. */
export interface OperatorWelcome {
  readonly protocol: number;
  readonly operatorVersion: string;
  /** The node this stream is for, as the operator has proven it. */
  readonly nodeName: string;
  /** Questions about consumers' tokens are answered. */
  readonly reviewsTokens?: true;
}

/** An instance id is random; anything long is an attempt on the operator's memory. */
const maxInstanceIdLength = 128;

/** A Hello as its message. */
export function toWireHello(hello: AgentHello): MessageInitShape<typeof pb.HelloSchema> {
  return { ...hello, facts: toWireHostFacts(hello.facts) };
}

/** A Hello from its message. */
export function fromWireHello(message: pb.Hello): Decoded<AgentHello> {
  const { protocolMin, protocolMax, agentVersion, instanceId, acceptedRevision, facts } = message;
  if (instanceId === "") return undecodable("instance_id", "missing");
  if (instanceId.length > maxInstanceIdLength) {
    return undecodable("instance_id", `longer than ${maxInstanceIdLength} characters`);
  }
  if (facts === undefined) return undecodable("facts", "missing");
  const range = { protocolMin, protocolMax };
  const value = { ...range, agentVersion, instanceId, acceptedRevision, facts: fromWireHostFacts(facts) };
  return { ok: true, value, dropped: [] };
}

/** A Welcome as its message. */
export function toWireWelcome(welcome: OperatorWelcome): MessageInitShape<typeof pb.WelcomeSchema> {
  return { ...welcome };
}

/** A Welcome from its message. */
export function fromWireWelcome(message: pb.Welcome): Decoded<OperatorWelcome> {
  const { protocol, operatorVersion, nodeName, reviewsTokens } = message;
  if (protocol === 0) return undecodable("protocol", "missing");
  if (nodeName === "") return undecodable("node_name", "missing");
  const value = { protocol, operatorVersion, nodeName, ...(reviewsTokens && { reviewsTokens }) };
  return { ok: true, value, dropped: [] };
}

/** Facts of a host as their message. */
export function toWireHostFacts(facts: HostFacts): MessageInitShape<typeof pb.HostFactsSchema> {
  return {
    ...facts,
    programs: Object.fromEntries(Object.entries(facts.programs).map(([name, program]) => [name, { ...program }])),
    interfaces: facts.interfaces.map((networkInterface) => ({ ...networkInterface })),
  };
}

/** Facts of a host from their message; programs that only a newer agent knows are left out. */
export function fromWireHostFacts(message: pb.HostFacts): HostFacts {
  const { nodeName, chrtPath, setprivPath } = message;
  const programs: Partial<Record<ProgramName, ProgramFacts>> = {};
  for (const name of programNames) {
    const program = message.programs[name];
    if (program !== undefined) programs[name] = present({ path: program.path, version: program.version });
  }
  const interfaces = message.interfaces.map(({ name, phcIndex }) => present({ name, phcIndex }));
  return { nodeName, programs, interfaces, ...present({ chrtPath, setprivPath }) };
}
