import { join } from "node:path";
import { AppError, readFileIfPresent } from "@ptp/kit";
import {
  byBytes,
  fromProfileJson,
  type HostFacts,
  type JsonValue,
  type NodeConfig,
  type RefusedProfile,
} from "@ptp/node";
import { aliasOf, defaultHostFacts, plan, type RunPlan } from "@ptp/plan";

/** What a recording is replayed against. */
export interface ReplayPlan {
  readonly config: NodeConfig;
  readonly plan: RunPlan;
  /** Profiles of the file that cannot be read; the others are replayed. */
  readonly refused: readonly RefusedProfile[];
}

const maxBytes = 4_194_304;

/**
 * Plans the profiles of a node's file as if the programs of the existing stack's image were here: the recording comes from
 * another machine.
 *
 * @throws AppError invalid if the file is missing or cannot be used.
 */
export async function readReplayPlan(folder: string, nodeName: string): Promise<ReplayPlan> {
  const path = join(folder, nodeName);
  const bytes = await readFileIfPresent(path, { maxBytes });
  if (bytes === undefined) throw new AppError("invalid", `there is no ${path}: put the node's profiles there`);
  const document = fromProfileJson(readJson(new TextDecoder().decode(bytes), path));
  if (document.unusable !== undefined) throw new AppError("invalid", `${path}: ${document.unusable}`);
  const profiles = [...document.profiles].sort((a, b) => byBytes(a.name, b.name));
  const config: NodeConfig = { nodeName, profiles, hardware: [], plugins: [], secrets: [] };
  const facts = defaultHostFacts(nodeName);
  const { aliasByInterface } = plan({ config, facts, runIds: {} });
  const { refused } = document;
  return {
    config,
    refused,
    plan: plan({ config, facts: { ...facts, ...guessedClocks(aliasByInterface) }, runIds: {} }),
  };
}

/** Lines name clocks by their devices, whose numbers nobody knows: none has as high a one. */
const noDevice = 100_000;

/** Nobody knows which ports of the other machine share a clock: those whose names differ in their last number most likely do. */
function guessedClocks(aliasByInterface: RunPlan["aliasByInterface"]): Pick<HostFacts, "interfaces"> {
  const names = Object.keys(aliasByInterface);
  const aliases = [...new Set(names.map((name) => aliasOf(name)))];
  return { interfaces: names.map((name) => ({ name, phcIndex: noDevice + aliases.indexOf(aliasOf(name)) })) };
}

function readJson(text: string, path: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new AppError("invalid", `${path} is not JSON: mend it`, { cause: error });
  }
}
