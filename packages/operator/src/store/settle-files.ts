import { join } from "node:path";
import { isManifestName, signatureOf } from "./manifest-file.ts";

/** What `settleFiles` needs. */
export interface SettleOptions {
  readonly directory: string;
  /** A file is taken when its signature has not changed for this long. */
  readonly quietMs: number;
  /** Takes a file that came to rest, or is gone (signature undefined). One call at a time. */
  readonly take: (name: string, signature: string | undefined) => Promise<void>;
  /** Everything touched so far was taken. */
  readonly idle: () => void;
}

/** Holds files back while they are being written. */
export interface FileSettler {
  /** Something may have happened to this file. */
  touch(name: string): void;
  /** Forgets what is pending. */
  close(): void;
}

/** A file is looked at when touched and again after the quiet time; only what looks the same twice is taken. */
export function settleFiles({ directory, quietMs, take, idle }: SettleOptions): FileSettler {
  const pending = new Map<string, NodeJS.Timeout | undefined>();
  let taking = Promise.resolve();
  let takes = 0;
  let closed = false;

  const takeAfter = async (before: Promise<void>, name: string, signature: string | undefined): Promise<void> => {
    await before;
    if (!closed) await take(name, signature);
    takes--;
    if (!closed && takes === 0 && pending.size === 0) idle();
  };

  const look = async (name: string, previous: string | undefined): Promise<void> => {
    const signature = await signatureOf(join(directory, name));
    if (closed) return;
    if (signature === previous) {
      pending.delete(name);
      takes++;
      // One after the other: thousands of files at once would exhaust file descriptors.
      taking = takeAfter(taking, name, signature);
      return;
    }
    pending.set(
      name,
      setTimeout(() => void look(name, signature), quietMs),
    );
  };

  return {
    touch: (name) => {
      if (closed || !isManifestName(name) || pending.has(name)) return;
      pending.set(name, undefined);
      // Never equal to a real signature: the first look only remembers.
      void look(name, "first look");
    },
    close: () => {
      closed = true;
      for (const timer of pending.values()) clearTimeout(timer);
    },
  };
}
