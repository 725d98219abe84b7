import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  isTemporaryName,
  makeDirectoryDurably,
  messageOf,
  readFileIfPresent,
  syncDirectory,
  writeFileDurably,
  type Logger,
} from "@ptp/kit";
import { readStoreDocument, storeDocument } from "./store-document.ts";
import { clientIdOf, type Subscription } from "./subscription.ts";

/** Keeps subscriptions over restarts and power loss. */
export interface SubscriptionStore {
  /** All that is stored; each id once, and from then on in files of our names. What cannot be read is logged and stays. */
  load(): Promise<readonly Subscription[]>;
  /**
   * Resolves when the subscriptions of an endpoint, read when its turn comes, are durable.
   *
   * @throws the system error.
   */
  save(endpointUri: string, current: () => readonly Subscription[]): Promise<void>;
}

const maxFileBytes = 4 * 1_048_576;

/** Files that are read at a time. */
const batch = 64;

/** Creates a store of one file per endpoint; `baseUri` is what stored UriLocations begin with. */
export function createSubscriptionStore(folder: string, baseUri: string, log: Logger): SubscriptionStore {
  const turns = new Map<string, Promise<void>>();
  const write = async (endpointUri: string, current: () => readonly Subscription[]): Promise<void> => {
    const path = join(folder, fileName(endpointUri));
    const subscriptions = current();
    if (subscriptions.length > 0) {
      return writeFileDurably(path, storeDocument(endpointUri, subscriptions, baseUri), { mode: 0o600 });
    }
    await rm(path, { force: true });
    await syncDirectory(folder);
  };
  return {
    load: async () => {
      await makeDirectoryDurably(folder, { mode: 0o700 });
      const names = (await readdir(folder)).sort();
      // Whoever was killed while writing cannot go on.
      for (const name of names.filter(isTemporaryName)) await rm(join(folder, name), { force: true });
      const files = await readFiles(folder, names, log);
      const all = new Map([...files.values()].flat().map((each) => [each.id, each]));
      const byEndpoint = Map.groupBy(all.values(), ({ endpointUri }) => endpointUri);
      for (const [name, subscriptions] of files) {
        const endpoints = new Set(subscriptions.map(({ endpointUri }) => endpointUri));
        if ([...endpoints].every((uri) => name === fileName(uri))) continue;
        await takeOver(join(folder, name), log, async () => {
          for (const uri of endpoints) await write(uri, () => byEndpoint.get(uri) ?? []);
        });
      }
      return [...all.values()];
    },
    save: (endpointUri, current) => {
      const before = turns.get(endpointUri) ?? Promise.resolve();
      const turn = before.catch(() => undefined).then(() => write(endpointUri, current));
      turns.set(endpointUri, turn);
      const done = (): void => {
        if (turns.get(endpointUri) === turn) turns.delete(endpointUri);
      };
      turn.then(done, done);
      return turn;
    },
  };
}

function fileName(endpointUri: string): string {
  return `${clientIdOf(endpointUri)}.json`;
}

async function readFiles(
  folder: string,
  names: readonly string[],
  log: Logger,
): Promise<ReadonlyMap<string, readonly Subscription[]>> {
  const meant = names.filter((name) => name.endsWith(".json") && !name.startsWith("."));
  const files = new Map<string, readonly Subscription[]>();
  for (let at = 0; at < meant.length; at += batch) {
    const some = meant.slice(at, at + batch);
    const read = await Promise.all(some.map((name) => readFile(join(folder, name), log)));
    some.forEach((name, index) => files.set(name, read[index] ?? []));
  }
  return files;
}

/** A file of another name, such as of a ConfigMap: nobody would write it again, and what is deleted would come back with it. */
async function takeOver(path: string, log: Logger, writeOwn: () => Promise<void>): Promise<void> {
  try {
    await writeOwn();
    await rename(path, `${path}.taken`);
    log.info("subscriptions of a file of another name are taken over", { path });
  } catch (error) {
    const remedy = "take the file away, or those that are deleted come back at the next start";
    log.error("subscriptions of a file cannot be taken over", { path, error: messageOf(error), remedy });
  }
}

async function readFile(path: string, log: Logger): Promise<readonly Subscription[]> {
  try {
    const bytes = await readFileIfPresent(path, { maxBytes: maxFileBytes });
    return bytes === undefined ? [] : readStoreDocument(new TextDecoder().decode(bytes));
  } catch (error) {
    log.warn("a file of subscriptions cannot be read and is left as it is", { path, error: messageOf(error) });
    return [];
  }
}
