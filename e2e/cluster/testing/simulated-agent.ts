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
  /** Waits for the next config and refuses it: one profile of it, or without a profile the whole. */
  refuse(reason: string, profile?: string): Promise<IssuedConfig>;
  /** Waits until the operator ends the session; throws its reason. */
  ended(): Promise<never>;
}

/**
 * Opens a session and waits for its Welcome. Throws the WireError of a refusal.
 *
 * @param claimedName the node the agent takes itself to be on; empty: it does not say.
 */
export async function connectAgent(t: TestContext, target: SessionTarget, claimedName = ""): Promise<SimulatedAgent> {
  const session = openSession(target);
  t.after(() => session.close());
  const facts = { nodeName: claimedName, programs: {}, interfaces: [] };
  const hello = { ...ownProtocols, agentVersion: "t", instanceId: "i", acceptedRevision: "", facts };
  await session.send({ kind: "hello", hello });
  const messages = session.messages[Symbol.asyncIterator]();
  const welcome = await next(messages);
  if (welcome.kind !== "welcome") throw new Error(`${welcome.kind} before welcome`);
  const nextConfig = async (): Promise<IssuedConfig> => {
    const message = await next(messages);
    if (message.kind !== "config") throw new Error(`${message.kind} instead of a config`);
    return message.issued;
  };
  return {
    nodeName: welcome.welcome.nodeName,
    session,
    accept: async () => {
      const issued = await nextConfig();
      const { revision, config } = issued;
      const profiles = config.profiles.map(({ name }) => ({ name, outcome: "applied" }) as const);
      await session.send({ kind: "result", result: { revision, profiles } });
      const clocks = config.profiles.map(lockedClock);
      const report = { revision, outcomes: profiles, clocks, processes: [], notices: [], inventory };
      await session.send({ kind: "report", report });
      return issued;
    },
    refuse: async (reason, name) => {
      const issued = await nextConfig();
      const { revision } = issued;
      if (name === undefined) {
        const refusal = { kind: "not-persisted", reason } as const;
        await session.send({ kind: "result", result: { revision, profiles: [], refusal } });
      } else {
        const profiles = [{ name, outcome: "refused", path: "interface", reason }] as const;
        await session.send({ kind: "result", result: { revision, profiles } });
      }
      return issued;
    },
    ended: async () => {
      for (;;) await next(messages);
    },
  };
}

const inventory = { devices: [{ name: "ens1f0", phcIndex: 0, hardware: { pciAddress: "0000:51:00.0" } }] };

async function next(messages: AsyncIterator<OperatorMessage>): Promise<OperatorMessage> {
  const { done, value } = await messages.next();
  if (done === true) throw new Error("the operator ended the session");
  return value;
}

/** A clock that is LOCKED, with an offset of 3 ns: of the profile at that place of a config. */
export function lockedClock({ name: profile }: { readonly name: string }, index: number) {
  const configName = `ptp4l.${index}.config`;
  const since = { state: "LOCKED", sinceUnixMs: 1_790_000_000_000, cause: [] } as const;
  return { profile, process: "ptp4l", configName, ...since, offsetNs: 3, ports: [] } as const;
}
