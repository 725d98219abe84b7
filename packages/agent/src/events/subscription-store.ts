import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, readFileIfPresent, syncDirectory, writeFileDurably, type Logger } from "@ptp/kit";
import { readStoreDocument, storeDocument } from "./store-document.ts";
import { clientIdOf, type Subscription } from "./subscription.ts";

/** Keeps subscriptions over restarts and power loss. */
export interface SubscriptionStore {
  /** All that is stored; each id once. What cannot be read is logged and stays. */
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
    const path = join(folder, `${clientIdOf(endpointUri)}.json`);
    const subscriptions = current();
    if (subscriptions.length > 0) {
      return writeFileDurably(path, storeDocument(endpointUri, subscriptions, baseUri), { mode: 0o600 });
    }
    await rm(path, { force: true });
    await syncDirectory(folder);
  };
  return {
    load: async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const names = (await readdir(folder)).filter((name) => name.endsWith(".json") && !name.startsWith(".")).sort();
      const byId = new Map<string, Subscription>();
      for (let at = 0; at < names.length; at += batch) {
        const files = names.slice(at, at + batch).map((name) => readFile(join(folder, name), log));
        for (const subscription of (await Promise.all(files)).flat()) byId.set(subscription.id, subscription);
      }
      return [...byId.values()];
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

async function readFile(path: string, log: Logger): Promise<readonly Subscription[]> {
  try {
    const bytes = await readFileIfPresent(path, { maxBytes: maxFileBytes });
    return bytes === undefined ? [] : readStoreDocument(new TextDecoder().decode(bytes));
  } catch (error) {
    log.warn("a file of subscriptions cannot be read and is left as it is", { path, error: messageOf(error) });
    return [];
  }
}
