import type { IssuedConfig } from "@ptp/node";
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { until } from "../measure/until.ts";
import type { SwarmEvent, SwarmOrder, SwarmReply, SwarmRequest } from "./swarm-message.ts";

/** Many simulated agents in a few processes. */
export interface Swarm extends AsyncDisposable {
  /** All that happened since the start or the last `forget`, in the order in which it was told. */
  readonly events: () => readonly SwarmEvent[];
  forget(): void;
  /** Waits until that many different nodes had such an event; returns the first of each node. */
  waitFor(kind: SwarmEvent["kind"], nodes: number, timeoutMs: number): Promise<readonly SwarmEvent[]>;
  /** The newest config an agent holds. */
  configOf(nodeName: string): Promise<IssuedConfig | undefined>;
}

/** Agents of one process: enough processes use the machine's cores, fewer cost less memory. */
const agentsPerProcess = 1_250;

/** The operator of a benchmark has an address and no name. */
const execArgv = ["--disable-warning=DEP0123"];

/** Starts a swarm; agents connect on their own. */
export function startSwarm(order: SwarmOrder): Swarm {
  let events: SwarmEvent[] = [];
  const { nodeNames } = order;
  const processCount = Math.max(2, Math.ceil(nodeNames.length / agentsPerProcess));
  const shares = Array.from({ length: processCount }, (_, index) =>
    nodeNames.filter((_, node) => node % processCount === index),
  );
  const children = shares.map((share) => {
    const child = fork(join(import.meta.dirname, "swarm-process.ts"), { serialization: "advanced", execArgv });
    child.on("message", (reply: SwarmReply) => {
      if (reply.kind === "events") events = events.concat(reply.events);
    });
    send(child, { kind: "run", order: { ...order, nodeNames: share } });
    return child;
  });
  return {
    events: () => events,
    forget: () => void (events = []),
    waitFor: (kind, nodes, timeoutMs) => waitFor(() => events, kind, nodes, timeoutMs),
    configOf: async (nodeName) => {
      const child = children[shares.findIndex((share) => share.includes(nodeName))];
      return child === undefined ? undefined : await askConfig(child, nodeName);
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(children.map(endProcess));
    },
  };
}

async function waitFor(
  events: () => readonly SwarmEvent[],
  kind: SwarmEvent["kind"],
  nodes: number,
  timeoutMs: number,
): Promise<readonly SwarmEvent[]> {
  const firstByNode = (): ReadonlyMap<string, SwarmEvent> =>
    new Map(
      events()
        .filter((event) => event.kind === kind)
        .toReversed()
        .map((event) => [event.nodeName, event]),
    );
  try {
    return await until(
      () => {
        if (events().length < nodes) return undefined;
        const found = firstByNode();
        return found.size >= nodes ? [...found.values()] : undefined;
      },
      { what: `"${kind}" of ${nodes} agents`, timeoutMs, everyMs: 10 },
    );
  } catch (error) {
    const others = new Set(events().map((event) => `${event.kind}: ${event.text}`.slice(0, 200)));
    const said = [...others].slice(-5).join("; ");
    throw new Error(`only ${firstByNode().size} of ${nodes} agents were ${kind}; last heard: ${said}`, {
      cause: error,
    });
  }
}

function send(child: ChildProcess, request: SwarmRequest): void {
  child.send(request);
}

async function askConfig(child: ChildProcess, nodeName: string): Promise<IssuedConfig | undefined> {
  send(child, { kind: "tell-config", nodeName });
  for (;;) {
    const [reply] = (await once(child, "message")) as [SwarmReply];
    if (reply.kind === "config") return reply.issued;
  }
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
