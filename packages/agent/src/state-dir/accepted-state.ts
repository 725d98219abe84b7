import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { AppError, messageOf, readFileIfPresent, writeFileDurably, type Logger } from "@ptp/kit";
import type { IssuedConfig, JsonValue, NodeProfile, NodeSecret, RefusedProfile, RunIds } from "@ptp/node";
import { fromStateJson, toStateJson } from "./state-json.ts";

/** What an agent has accepted: enough to run without its operator after a restart. */
export interface AcceptedState {
  readonly issued: IssuedConfig;
  /** Profiles of that revision which could not be read. */
  readonly dropped: readonly RefusedProfile[];
  /** For refused and dropped profiles, the form in which each last ran. */
  readonly lastApplied: readonly NodeProfile[];
  /** Keys in use that the config does not have, or has in another form: the last good ones. */
  readonly keptSecrets: readonly NodeSecret[];
  readonly runIds: RunIds;
}

/** Far above a config of the largest allowed size with its secrets in base64. */
const maxBytes = 16_777_216;

/** Path of the state file; its folder is the agent's own. */
export function acceptedStatePath(stateDirectory: string): string {
  return join(stateDirectory, "accepted.json");
}

/**
 * Makes a state durable: after this returns it survives a power loss, before that the old one does. It may hold secrets,
 * so it is readable by the agent's user alone.
 *
 * @throws the system error of the write, such as ENOSPC.
 */
export async function saveAcceptedState(stateDirectory: string, state: AcceptedState): Promise<void> {
  await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
  await writeFileDurably(acceptedStatePath(stateDirectory), JSON.stringify(toStateJson(state)), { mode: 0o600 });
}

/**
 * The saved state, or undefined on a fresh node. What cannot be read of it is logged and costs itself alone. A file of which
 * nothing can be used is set aside as `accepted.json.unusable`: the agent starts as on a fresh node. So is the state of another
 * node, which a copied disk brings along: its clock may be a grandmaster.
 */
export async function loadAcceptedState(
  stateDirectory: string,
  nodeName: string,
  log: Logger,
): Promise<AcceptedState | undefined> {
  const path = acceptedStatePath(stateDirectory);
  const bytes = await readState(path, log);
  if (bytes === undefined) return undefined;
  try {
    const { state, problems } = fromStateJson(parseState(bytes));
    const owner = state.issued.config.nodeName;
    if (owner !== nodeName) throw new AppError("invalid", `it is of node ${owner}, and this is ${nodeName}`);
    for (const problem of problems) log.warn("part of the accepted config cannot be read", { path, problem });
    return state;
  } catch (error) {
    const aside = `${path}.unusable`;
    log.error("the accepted config cannot be used; starting without one", { path, aside, error: messageOf(error) });
    await rename(path, aside).catch((failure: unknown) => {
      log.warn("the unusable state file could not be set aside", { path, error: messageOf(failure) });
    });
    return undefined;
  }
}

/** A disk that fails to read may read again: the file stays where it is. */
async function readState(path: string, log: Logger): Promise<Uint8Array | undefined> {
  try {
    return await readFileIfPresent(path, { maxBytes });
  } catch (error) {
    log.error("the accepted config cannot be read; starting without one", { path, error: messageOf(error) });
    return undefined;
  }
}

/** The parser's own message quotes the text around an error, and that may be a key. */
function parseState(bytes: Uint8Array): JsonValue {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new AppError("invalid", "it is not JSON");
  }
}
