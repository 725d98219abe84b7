import type { IssuedConfig } from "@ptp/node";
import { openSession, ownProtocols, type AgentSession, type OperatorMessage, type SessionTarget } from "@ptp/wire";
import type { TestContext } from "node:test";

/** An agent's session, without the agent. */
export interface SimulatedAgent {
  /** The node the operator takes it for. */
  readonly nodeName: string;
  readonly session: AgentSession;
  /** Waits for the next config and says that all its profiles run. */
  accept(): Promise<IssuedConfig>;
}

/** Opens a session and waits for its Welcome. Throws the WireError of a refusal. */
export async function connectAgent(t: TestContext, target: SessionTarget): Promise<SimulatedAgent> {
  const session = openSession(target);
  t.after(() => session.close());
  const facts = { nodeName: "somebody-else", programs: {}, interfaces: [] };
  const hello = { ...ownProtocols, agentVersion: "t", instanceId: "i", acceptedRevision: "", facts };
  await session.send({ kind: "hello", hello });
  const messages = session.messages[Symbol.asyncIterator]();
  const welcome = await next(messages);
  if (welcome.kind !== "welcome") throw new Error(`${welcome.kind} before welcome`);
  return {
    nodeName: welcome.welcome.nodeName,
    session,
    accept: async () => {
      const message = await next(messages);
      if (message.kind !== "config") throw new Error(`${message.kind} instead of a config`);
      const { revision, config } = message.issued;
      const profiles = config.profiles.map(({ name }) => ({ name, outcome: "applied" }) as const);
      await session.send({ kind: "result", result: { revision, profiles } });
      const clocks = config.profiles.map(lockedClock);
      const report = { revision, outcomes: profiles, clocks, processes: [], notices: [] };
      await session.send({ kind: "report", report });
      return message.issued;
    },
  };
}

async function next(messages: AsyncIterator<OperatorMessage>): Promise<OperatorMessage> {
  const { done, value } = await messages.next();
  if (done === true) throw new Error("the operator ended the session");
  return value;
}

function lockedClock({ name: profile }: { readonly name: string }, index: number) {
  const configName = `ptp4l.${index}.config`;
  const since = { state: "LOCKED", sinceUnixMs: 1_790_000_000_000, cause: [] } as const;
  return { profile, process: "ptp4l", configName, ...since, offsetNs: 3, ports: [] } as const;
}
