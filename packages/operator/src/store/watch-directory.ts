import { watch, type FSWatcher } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "@ptp/kit";
import { isManifestName, signatureOf } from "./manifest-file.ts";

/** What `watchDirectory` needs. */
export interface WatchOptions {
  readonly directory: string;
  /** The whole directory is compared this often, in case the kernel's notices fail or are not to be had. */
  readonly pollMs: number;
  /** Signatures of the files taken so far. */
  readonly known: ReadonlyMap<string, string>;
  readonly touch: (name: string) => void;
  /** The directory cannot be read, or can be again (undefined). What was read stays. */
  readonly trouble: (message: string | undefined) => void;
}

/** A running watch. */
export interface DirectoryWatch {
  /** Compares the whole directory now; returns the number of manifests in it. */
  scan(): Promise<number>;
  close(): void;
}

/** Tells which manifests of a directory may have changed: by inotify at once, by comparing in any case. */
export function watchDirectory(options: WatchOptions): DirectoryWatch {
  const { directory, touch, trouble, pollMs } = options;
  let watcher: FSWatcher | undefined;
  let watchedInode: bigint | undefined;
  let closed = false;

  const rewatch = async (): Promise<void> => {
    const { ino } = await stat(directory, { bigint: true });
    if (closed || (watcher !== undefined && watchedInode === ino)) return;
    watcher?.close();
    watchedInode = ino;
    watcher = tryWatch(directory, (name) => {
      // A hidden name may be what the manifests link through (`..data` of a mounted ConfigMap).
      if (name !== null && isManifestName(name)) touch(name);
      else if (name !== ".status") void scan();
    });
  };

  const scan = async (): Promise<number> => {
    try {
      await rewatch();
      const names = (await readdir(directory)).filter(isManifestName);
      await touchChanged(names, options);
      trouble(undefined);
      return names.length;
    } catch (error) {
      trouble(`directory ${directory} cannot be read, the objects read before stay: ${messageOf(error)}`);
      return 0;
    }
  };

  const timer = setInterval(() => void scan(), pollMs);
  timer.unref();
  return {
    scan,
    close: () => {
      closed = true;
      clearInterval(timer);
      watcher?.close();
    },
  };
}

async function touchChanged(names: readonly string[], { directory, known, touch }: WatchOptions): Promise<void> {
  const present = new Set(names);
  for (const name of known.keys()) if (!present.has(name)) touch(name);
  for (const name of names) {
    if (known.get(name) !== (await signatureOf(join(directory, name)))) touch(name);
  }
}

/** Without inotify (a full table of watches, a network file system) the poll alone has to do. */
function tryWatch(directory: string, changed: (name: string | null) => void): FSWatcher | undefined {
  try {
    const watcher = watch(directory, { persistent: false }, (_, name) => changed(name));
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
