import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { monotonicMs } from "../measure/monotonic.ts";
import { listDocument, nodeDocument, type Document } from "./documents.ts";

/** The directory a standalone operator reads. */
export interface ConfigDirectory {
  /** Its path for this program. */
  readonly path: string;
  /** Puts a document in place by rename(2) and returns when that began, by the machine's monotonic clock. */
  put(name: string, document: Document): Promise<number>;
  putNodes(nodeNames: readonly string[]): Promise<void>;
}

/** A file may have 4 MiB at most. */
const nodesPerFile = 1_000;

/** Makes the directory, empty. */
export async function createConfigDirectory(path: string): Promise<ConfigDirectory> {
  await mkdir(path, { recursive: true });
  const put = async (name: string, document: Document): Promise<number> => {
    const next = join(path, `.${name}.next`);
    await writeFile(next, JSON.stringify(document));
    const startedMs = monotonicMs();
    await rename(next, join(path, `${name}.json`));
    return startedMs;
  };
  return {
    path,
    put,
    putNodes: async (nodeNames) => {
      for (let start = 0; start < nodeNames.length; start += nodesPerFile) {
        const share = nodeNames.slice(start, start + nodesPerFile);
        await put(`nodes-${start / nodesPerFile}`, listDocument(share.map(nodeDocument)));
      }
    },
  };
}
