import { stat } from "node:fs/promises";
import { join } from "node:path";
import { AppError, messageOf, type Logger, type Part } from "@ptp/kit";
import { toText, type ClusterDocument } from "@ptp/api";
import { createGenerationLedger, type GenerationLedger } from "./generation-ledger.ts";
import { readManifestFile } from "./manifest-file.ts";
import { foldManifest, noObjects, type ManifestObjects } from "./manifest-objects.ts";
import { mergeManifests } from "./merge-manifests.ts";
import { keyText, type StatusKey } from "./object-key.ts";
import { settleFiles, type FileSettler } from "./settle-files.ts";
import { openStatusDirectory, type StatusDirectory } from "./status-directory.ts";
import type { Store, StoreProblem, StoreState } from "./store.ts";
import { watchDirectory, type DirectoryWatch } from "./watch-directory.ts";

/** A directory as a source of objects (design.md section 5, standalone operator). */
export interface DirectoryStoreOptions {
  readonly directory: string;
  readonly log: Logger;
  /** A file is taken when unchanged for this long; default 50. */
  readonly quietMs?: number;
  /** The whole directory is compared this often beside inotify; default 5,000. */
  readonly pollMs?: number;
  /** Changes wait at most this long for other files that are being written; default 250. */
  readonly holdMs?: number;
}

/** The store that is a directory of manifests, with status beside them in `.status`. */
export interface DirectoryStore extends Store, Part {}

/** Creates the store; it reads from `start` to `stop`. */
export function createDirectoryStore(options: DirectoryStoreOptions): DirectoryStore {
  return new WatchedDirectory(options);
}

class WatchedDirectory implements DirectoryStore {
  readonly name = "directory store";
  readonly #directory: string;
  readonly #log: Logger;
  readonly #files = new Map<string, ManifestObjects>();
  readonly #signatures = new Map<string, string>();
  readonly #ledger: GenerationLedger = createGenerationLedger();
  readonly #statuses: StatusDirectory;
  readonly #listeners = new Set<() => void>();
  readonly #settler: FileSettler;
  readonly #watch: DirectoryWatch;
  readonly #holdMs: number;
  #trouble: string | undefined;
  #state: StoreState = mergeManifests(new Map());
  #changed = false;
  #synced = false;
  #holding: NodeJS.Timeout | undefined;
  #told: ReadonlySet<string> = new Set();

  constructor({ directory, log, quietMs = 50, pollMs = 5000, holdMs = 250 }: DirectoryStoreOptions) {
    this.#holdMs = holdMs;
    this.#directory = directory;
    this.#log = log;
    this.#statuses = openStatusDirectory(join(directory, ".status"));
    this.#settler = settleFiles({
      directory,
      quietMs,
      take: (name, signature) => this.#take(name, signature),
      idle: () => this.#announce(),
    });
    this.#watch = watchDirectory({
      directory,
      pollMs,
      known: this.#signatures,
      touch: (name) => this.#settler.touch(name),
      trouble: (message) => this.#setTrouble(message),
    });
  }

  async start(): Promise<void> {
    await requireDirectory(this.#directory);
    await this.#loadStatuses();
    const manifests = await this.#watch.scan();
    if (manifests === 0) this.#announce();
  }

  async stop(): Promise<void> {
    this.#settler.close();
    this.#watch.close();
    clearTimeout(this.#holding);
  }

  synced(): boolean {
    return this.#synced;
  }

  state(): StoreState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  statusOf(key: StatusKey) {
    return this.#statuses.read(key)?.status;
  }

  statusKeys() {
    return this.#statuses.keys();
  }

  async writeStatus(...[key, status]: Parameters<Store["writeStatus"]>): Promise<void> {
    if (status === undefined) return await this.#statuses.remove(key);
    const document: ClusterDocument | undefined = this.state().objects.get(keyText(key));
    const generation = document === undefined ? undefined : this.#ledger.next(keyText(key), document);
    return await this.#statuses.write({ key, status, ...(generation && { generation }) });
  }

  async #loadStatuses(): Promise<void> {
    try {
      for (const { key, generation } of await this.#statuses.load()) {
        if (generation !== undefined) this.#ledger.seed(keyText(key), generation);
      }
    } catch (error) {
      // A read-only directory is a fine source; only people lose the status files.
      this.#log.error("status files cannot be kept", { directory: this.#directory, error: messageOf(error) });
    }
  }

  async #take(name: string, signature: string | undefined): Promise<void> {
    if (this.#signatures.get(name) === signature) return;
    // A file that never comes to rest must not hold the others back for ever.
    if (this.#synced) this.#holding ??= setTimeout(() => this.#announce(), this.#holdMs);
    if (signature === undefined) {
      this.#signatures.delete(name);
      this.#files.delete(name);
    } else {
      this.#signatures.set(name, signature);
      const readings = await readManifestFile(join(this.#directory, name));
      this.#files.set(name, foldManifest(name, readings, this.#files.get(name) ?? noObjects, this.#ledger));
    }
    // Not before: what is announced while the file is read does not have it yet.
    this.#changed = true;
  }

  #setTrouble(message: string | undefined): void {
    if (message === this.#trouble) return;
    this.#trouble = message;
    if (message === undefined) this.#log.info("directory can be read again", { directory: this.#directory });
    this.#changed = true;
    if (this.#synced) this.#announce();
  }

  /** Only when all files touched so far were taken, so that an object that moves between files never seems gone. */
  #announce(): void {
    clearTimeout(this.#holding);
    this.#holding = undefined;
    if (this.#synced && !this.#changed) return;
    this.#synced = true;
    this.#changed = false;
    this.#state = this.#build();
    this.#tell(this.#state.problems);
    for (const listener of this.#listeners) listener();
  }

  #build(): StoreState {
    const state = mergeManifests(this.#files);
    if (this.#trouble === undefined) return state;
    const problem = { source: this.#directory, findings: [{ path: "", message: this.#trouble }] };
    return { ...state, problems: [problem, ...state.problems] };
  }

  /** Logs each problem once, when it appears. */
  #tell(problems: readonly StoreProblem[]): void {
    const texts = new Set<string>();
    for (const { source, findings } of problems) {
      for (const finding of findings.slice(0, 10)) {
        const problem = toText(finding);
        const text = `${source}: ${problem}`;
        texts.add(text);
        if (!this.#told.has(text)) this.#log.warn("refused; the last good version stays", { source, problem });
      }
    }
    this.#told = texts;
  }
}

async function requireDirectory(directory: string): Promise<void> {
  const isDirectory = await stat(directory).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (isDirectory) return;
  throw new AppError("invalid", `--directory ${directory} is not a directory: create it, or name another one`);
}
