import { chmod, chown, stat } from "node:fs/promises";
import { AppError, makeDirectoryDurably, messageOf } from "@ptp/kit";
import type { EventSettings } from "@ptp/node";
import { eventValues, type NodeView } from "@ptp/truth";
import type { AgentInput } from "../agent-input.ts";
import type { SourceOptions } from "../agent-options.ts";
import { findProgram } from "../host/find-program.ts";
import { ownerMark } from "../process/owner-mark.ts";
import type { AskToken } from "./answer-tokens.ts";
import { eventsCommand, type EventsCommand } from "./events-command.ts";
import { createEventsKeeper, type EventsKeeper } from "./events-keeper.ts";

const setprivFolders = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];

/** Creates what serves the events of an agent's node, from the one view that its metrics are made of. */
export function createAgentEvents(input: AgentInput, view: () => NodeView, askToken?: AskToken): EventsKeeper {
  const { log, sink } = input;
  return createEventsKeeper({
    prepare: (settings) => prepare(settings, input),
    values: () => eventValues(view()),
    nowUnixMs: Date.now,
    sink,
    log,
    random: Math.random,
    ...(askToken && { askToken }),
  });
}

async function prepare(settings: EventSettings, input: AgentInput): Promise<EventsCommand> {
  const { options, surroundings, path } = input;
  const { nodeName, stateDirectory, events, metricsBind, probeBind, source } = options;
  const storePath = `${stateDirectory}/events`;
  const isRoot = process.getuid?.() === 0;
  const setpriv = isRoot ? await findProgram("setpriv", setprivFolders) : undefined;
  if (isRoot && setpriv === undefined) {
    throw new AppError("invalid", "events need setpriv, to give up root: install util-linux");
  }
  await makeStore(storePath, setpriv === undefined ? undefined : events.userId);
  return eventsCommand(events, settings, {
    nodeName,
    nodePath: surroundings.nodePath,
    programPath: surroundings.agentPath,
    storePath,
    path,
    mark: ownerMark(nodeName, stateDirectory),
    naming: surroundings.eventNaming,
    ownPorts: [metricsBind.port, probeBind.port, events.apiPort, ...controllerPorts(source)].filter(
      (port) => port !== 0,
    ),
    ...(setpriv !== undefined && { setprivPath: setpriv.path }),
  });
}

function controllerPorts(source: SourceOptions): readonly number[] {
  return source.kind === "controller" ? [source.controller.probeBind.port] : [];
}

/** All of it is the owner's; the group may enter. */
const storeMode = 0o710;

/**
 * The folder of subscriptions belongs to the process. This agent's group may enter it and no more: the process starts there,
 * and root without the capability DAC_OVERRIDE goes by the mode as everybody does.
 *
 * @throws AppError invalid with the capability that is missing.
 */
async function makeStore(storePath: string, userId: number | undefined): Promise<void> {
  try {
    await makeDirectoryDurably(storePath, { mode: storeMode });
    if (userId !== undefined) await giveStore(storePath, userId);
  } catch (error) {
    const remedy = "events need the capability CHOWN, for a folder of another user";
    throw new AppError("invalid", `${storePath} cannot be made: ${messageOf(error)}; ${remedy}`, { cause: error });
  }
}

async function giveStore(storePath: string, userId: number): Promise<void> {
  const [ownUser, ownGroup] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const { uid, gid, mode } = await stat(storePath);
  const isPrivate = (mode & 0o777) === storeMode;
  if (uid === userId && gid === ownGroup && isPrivate) return;
  // The mode of what belongs to another takes a capability more.
  if (!isPrivate) {
    await chown(storePath, ownUser, ownGroup);
    await chmod(storePath, storeMode);
  }
  await chown(storePath, userId, ownGroup);
}
