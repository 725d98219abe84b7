import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, readFileIfPresent, writeFileDurably, type Logger } from "@ptp/kit";
import type { IssuedConfig, NodeProfile, RefusedProfile, RunIds } from "@ptp/node";
import { fromStateJson, toStateJson } from "./state-json.ts";

/** What an agent has accepted: enough to run without its operator after a restart. */
export interface AcceptedState {
  readonly issued: IssuedConfig;
  /** Profiles of that revision which could not be read. */
  readonly dropped: readonly RefusedProfile[];
  /** For refused and dropped profiles, the form in which each last ran. */
  readonly lastApplied: readonly NodeProfile[];
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
 * The saved state, or undefined on a fresh node. A file that cannot be used is logged and set aside as
 * `accepted.json.unusable`: the agent starts as on a fresh node.
 */
export async function loadAcceptedState(stateDirectory: string, log: Logger): Promise<AcceptedState | undefined> {
  const path = acceptedStatePath(stateDirectory);
  try {
    const bytes = await readFileIfPresent(path, { maxBytes });
    if (bytes === undefined) return undefined;
    return fromStateJson(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch (error) {
    const aside = `${path}.unusable`;
    log.error("the accepted config cannot be used; starting without one", { path, aside, error: messageOf(error) });
    await rename(path, aside).catch((failure: unknown) => {
      log.warn("the unusable state file could not be set aside", { path, error: messageOf(failure) });
    });
    return undefined;
  }
}
