import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson, type JsonValue } from "@ptp/node";
import { toAppError } from "@ptp/kit";
import { parse, stringify } from "yaml";
import type { Generation } from "./generation-ledger.ts";
import { keyText, type StatusKey } from "./object-key.ts";
import type { ObjectStatus } from "./store.ts";

/** A status with the generation that was counted when it was written, so that counting goes on after a restart. */
export interface StoredStatus {
  readonly key: StatusKey;
  readonly status: ObjectStatus;
  readonly generation?: Generation;
}

/** The files `<Kind>.<namespace>.<name>.yaml` of a directory. */
export interface StatusDirectory {
  /** Makes the directory, removes what an interrupted write left, and reads what is there. */
  load(): Promise<readonly StoredStatus[]>;
  read(key: StatusKey): StoredStatus | undefined;
  keys(): readonly StatusKey[];
  /** @throws AppError */
  write(stored: StoredStatus): Promise<void>;
  /** @throws AppError */
  remove(key: StatusKey): Promise<void>;
}

const hashAnnotation = "ptp.openshift.io/content-hash";

/** Opens the status files under a directory; nothing is read or written before `load`. */
export function openStatusDirectory(directory: string): StatusDirectory {
  const stored = new Map<string, StoredStatus>();
  return {
    load: async () => {
      await mkdir(directory, { recursive: true });
      for (const name of await readdir(directory)) {
        if (name.endsWith(".tmp")) await rm(join(directory, name), { force: true });
        const entry = name.endsWith(".yaml") ? await readStored(join(directory, name)) : undefined;
        if (entry !== undefined) stored.set(keyText(entry.key), entry);
      }
      return [...stored.values()];
    },
    read: (key) => stored.get(keyText(key)),
    keys: () => [...stored.values()].map(({ key }) => key),
    write: async (entry) => {
      if (isSame(stored.get(keyText(entry.key)), entry)) return;
      await replaceFile(directory, fileName(entry.key), toYaml(entry));
      stored.set(keyText(entry.key), entry);
    },
    remove: async (key) => {
      try {
        await rm(join(directory, fileName(key)), { force: true });
      } catch (error) {
        throw toAppError(error);
      }
      stored.delete(keyText(key));
    },
  };
}

function fileName({ kind, namespace, name }: StatusKey): string {
  return `${kind}.${namespace}.${name}.yaml`;
}

/** By rename, so that a reader sees the old status or the new one; not forced to disk, for it can be made again. */
async function replaceFile(directory: string, name: string, content: string): Promise<void> {
  const temporary = join(directory, `.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await writeFile(temporary, content, { mode: 0o644, flag: "wx" });
    await rename(temporary, join(directory, name));
  } catch (error) {
    await rm(temporary, { force: true });
    throw toAppError(error);
  }
}

function isSame(last: StoredStatus | undefined, next: StoredStatus): boolean {
  return last !== undefined && canonical(last) === canonical(next);
}

function canonical({ status, generation }: StoredStatus): string {
  return canonicalJson({ status: status as JsonValue, generation: { ...generation } });
}

function toYaml({ key: { kind, namespace, name }, status, generation }: StoredStatus): string {
  const apiVersion = kind === "HardwareConfig" ? "ptp.openshift.io/v2alpha1" : "ptp.openshift.io/v1";
  const counted =
    generation === undefined
      ? {}
      : { generation: generation.generation, annotations: { [hashAnnotation]: generation.contentHash } };
  return stringify({ apiVersion, kind, metadata: { name, namespace, ...counted }, status });
}

/** A file that is not what `write` wrote is left alone and counts as absent. */
async function readStored(path: string): Promise<StoredStatus | undefined> {
  try {
    const { kind, metadata, status } = parse(await readFile(path, "utf8")) as StatusFile;
    const key = { kind, namespace: metadata.namespace, name: metadata.name };
    if (!path.endsWith(`/${fileName(key)}`)) return undefined;
    const contentHash = metadata.annotations?.[hashAnnotation];
    const counted = metadata.generation !== undefined && contentHash !== undefined;
    return { key, status, ...(counted && { generation: { generation: metadata.generation, contentHash } }) };
  } catch {
    return undefined;
  }
}

interface StatusFile {
  readonly kind: StatusKey["kind"];
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly generation?: number;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly status: ObjectStatus;
}
