import { createReconnectPace, type ReconnectPace } from "../../packages/agent/src/source/reconnect-pace.ts";
import { createSimulatedAgent, type SimulatedAgent } from "./simulated-agent.ts";
import type { SwarmEvent, SwarmOrder, SwarmReply, SwarmRequest, SwarmTarget } from "./swarm-message.ts";
import { targetsOf } from "./swarm-targets.ts";

// One process of a swarm: many agents, each with its own connection.

/** Events are gathered for so long before the parent hears of them, so that telling does not disturb what is measured. */
const gatherMs = 25;
/** Connections opened at once; agents of a real cluster do not start in the same millisecond either. */
const connectsPerTurn = 20;

const agents = new Map<string, SimulatedAgent>();
let waiting: SwarmEvent[] = [];

function tell(reply: SwarmReply): void {
  process.send?.(reply);
}

function onEvent(event: SwarmEvent): void {
  if (waiting.push(event) > 1) return;
  setTimeout(() => {
    tell({ kind: "events", events: waiting });
    waiting = [];
  }, gatherMs);
}

/**
 * As real agents. By sockets there are thousands here at once, whose refused attempts would be most of what this machine
 * does, where in truth each node has one: there all failures are alike.
 */
function paceFor({ kind }: SwarmTarget): ReconnectPace {
  const pace = createReconnectPace(Math.random);
  return kind === "tls" ? pace : { ...pace, next: (_problem, nowMs) => pace.next("", nowMs) };
}

async function run({ nodeNames, target, plans, facts }: SwarmOrder): Promise<void> {
  const nextTarget = targetsOf(target);
  for (const [index, nodeName] of nodeNames.entries()) {
    const next = () => nextTarget(nodeName);
    const agent = createSimulatedAgent({
      nextTarget: next,
      facts: { ...facts, nodeName },
      plans,
      pace: paceFor(target),
      onEvent,
    });
    agents.set(nodeName, agent);
    void agent.run();
    if (index % connectsPerTurn === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

process.on("message", (request: SwarmRequest) => {
  switch (request.kind) {
    case "run":
      return void run(request.order);
    case "tell-config":
      return tell({ kind: "config", issued: agents.get(request.nodeName)?.issued() });
  }
});
process.once("disconnect", () => process.exit());
