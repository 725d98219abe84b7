import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { createLogger, messageOf, runParts, shutdownSignal } from "@ptp/kit";
import type { AgentSurroundings } from "./agent-input.ts";
import { readCommandLine } from "./agent-options.ts";
import { readEventsCommandLine } from "./events/events-options.ts";
import { createLineSink } from "./process/line-sink.ts";

/** Lines of programs that still wait for a slow reader at the end are given this long. */
const lastLinesMs = 500;

/** Not `process.stdout`: to ask for it makes a stream of it. */
const stdoutFd = 1;

/** The events process does without all that an agent is made of, and the agent without that process's. */
const [agentModule, eventsModule] = [() => import("./create-agent.ts"), () => import("./events/run-events.ts")];

/** Exit code: 0 after a regular end, 1 if the agent cannot run, 2 if its command line cannot be used. */
async function main(): Promise<number> {
  const [first, ...rest] = process.argv.slice(2);
  if (first === "events") return runEventsCommand(rest);
  const command = readCommandLine(process.argv.slice(2), process.env);
  switch (command.kind) {
    case "tell":
      // A bundle's compiled code is kept of what this loads: let it be all.
      await Promise.all([agentModule(), eventsModule()]);
      console.log(command.text);
      return 0;
    case "usage":
      console.error(`ptp-agent: ${command.message}\nTry ptp-agent --help.`);
      return 2;
    case "run":
      break;
  }
  const { options } = command;
  const sink = createLineSink(stdoutFd);
  const log = createLogger({
    level: options.debug ? "debug" : "info",
    fields: { node: options.nodeName },
    // A stalled reader costs lines: it must not stop the agent, which writes to a pipe would.
    write: (line) => void sink.writeLine(line),
  });
  for (const flag of options.ignored) log.info(`--${flag} has no meaning any more`);
  const path = process.env["PATH"] ?? "";
  const { createAgent } = await agentModule();
  const agent = createAgent({ options, log, sink: sink.patient, path, pid: process.pid, surroundings: surroundings() });
  try {
    await runParts(agent.parts, { signal: shutdownSignal(process), log });
    return 0;
  } catch (error) {
    log.error("the agent cannot run", { error: messageOf(error) });
    return 1;
  } finally {
    agent.killAll();
    await sink.flush(lastLinesMs);
  }
}

/** The events process is this program too, started by an agent or by hand. */
async function runEventsCommand(argv: readonly string[]): Promise<number> {
  const command = readEventsCommandLine(argv, process.env);
  switch (command.kind) {
    case "tell":
      console.log(command.text);
      return 0;
    case "usage":
      console.error(`ptp-agent events: ${command.message}\nTry ptp-agent events --help.`);
      return 2;
    case "run": {
      const { runEvents } = await eventsModule();
      return runEvents(command.options, process);
    }
  }
}

function surroundings(): AgentSurroundings {
  const program = process.argv[1] ?? "";
  const clusterEnvironment = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value = ""]) =>
      name.startsWith("KUBERNETES_SERVICE_") ? [[name, value]] : [],
    ),
  );
  const eventNaming = Object.fromEntries(
    ["NAME_SPACE", "NODE_IP"].flatMap((name) => {
      const value = process.env[name];
      return value ? [[name, value]] : [];
    }),
  );
  // The command may be a link to where both programs are.
  const agentPath = existsSync(program) ? realpathSync(program) : program;
  const operatorPath = join(dirname(agentPath), "ptp-operator");
  return { nodePath: process.execPath, agentPath, operatorPath, clusterEnvironment, eventNaming };
}

void main().then((code) => {
  // What a part left behind must not keep the process alive.
  process.exit(code);
});
