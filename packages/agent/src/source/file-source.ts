import { watch, type FSWatcher } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, readFileIfPresent, sleep, type Logger } from "@ptp/kit";
import { byBytes, fromProfileJson, revisionOf, type JsonValue, type NodeConfig, type Sha256Hex } from "@ptp/node";
import type { ConfigSource, SourceContext } from "./config-source.ts";

/** What a file source needs. */
export interface FileSourceOptions extends SourceContext {
  readonly nodeName: string;
  /** Folder with one file per node, named as the node; usually a mounted ConfigMap. */
  readonly folder: string;
  /** Plugins that the environment enables. */
  readonly plugins: readonly string[];
  readonly sha256Hex: Sha256Hex;
  readonly log: Logger;
  /** Safety poll for changes of which no event tells; default 2000. */
  readonly pollMs?: number;
}

/** As large as a ConfigMap can be, and room. */
const maxBytes = 4_194_304;

/** A change often comes as several events: the last of them finds the file complete. */
const settleMs = 10;

/** Configs from a file of profiles. What cannot be used is told, and what runs goes on. */
export function createFileSource(options: FileSourceOptions): ConfigSource {
  return {
    name: "file",
    run: async (signal) => {
      const path = join(options.folder, options.nodeName);
      const problems = createProblemLog(options.log, path);
      let taken: string | undefined;
      while (!signal.aborted) {
        const changed = watchFolder(options.folder, signal);
        const before = await placeOf(options.folder, path);
        const read = await readContent(path);
        if ("problem" in read) problems(read.problem);
        else if (read.content !== taken) offerContent((taken = read.content), options, problems);
        // What could not be read may be readable without having changed.
        const isOther = async () => "problem" in read || (await placeOf(options.folder, path)) !== before;
        do await sleep(options.pollMs ?? 2_000, changed.signal);
        while (!changed.signal.aborted && !(await isOther()));
        changed.close();
        await sleep(settleMs, signal);
      }
    },
    // There is nobody to tell: state is in metrics and logs.
    reportChanged: () => undefined,
  };
}

/** Says a problem once, and again only after it has changed. */
type ProblemLog = (problem: string | undefined) => void;

function createProblemLog(log: Logger, path: string): ProblemLog {
  let last: string | undefined;
  return (problem) => {
    if (problem !== undefined && problem !== last)
      log.warn("no config from the file; what runs goes on", { path, problem });
    last = problem;
  };
}

/** Content of the file; what is wrong with it otherwise. */
type FileContent = { readonly content: string } | { readonly problem: string };

async function readContent(path: string): Promise<FileContent> {
  try {
    const bytes = await readFileIfPresent(path, { maxBytes });
    if (bytes === undefined) return { problem: "there is no such file: is NODE_NAME right?" };
    const content = new TextDecoder().decode(bytes);
    return content.trim() === "" ? { problem: "the file is empty: write [] to run nothing" } : { content };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

function offerContent(content: string, options: FileSourceOptions, problems: ProblemLog): void {
  const { nodeName, plugins, sha256Hex, log } = options;
  const value = parseJson(content);
  if (value instanceof SyntaxError) return problems(`it is not JSON: ${value.message}`);
  const { profiles, refused, unusable } = fromProfileJson(value);
  if (unusable !== undefined) return problems(unusable);
  problems(undefined);
  const sorted = [...profiles].sort((a, b) => byBytes(a.name, b.name));
  const config: NodeConfig = { nodeName, profiles: sorted, hardware: [], plugins, secrets: [] };
  const revision = revisionOf(config, sha256Hex);
  options.offer({
    issued: { revision, config },
    dropped: refused,
    answer: ({ refusal, profiles: outcomes }) => {
      if (refusal !== undefined) return;
      log.info("config of the file applied", { revision, profiles: outcomes.length });
    },
  });
}

function parseJson(content: string): JsonValue | SyntaxError {
  try {
    return JSON.parse(content);
  } catch (error) {
    return error instanceof SyntaxError ? error : new SyntaxError(messageOf(error));
  }
}

/** What tells another folder or file at that path, or other content: most polls find nothing, and read nothing. */
async function placeOf(folder: string, path: string): Promise<string> {
  const [around, file] = await Promise.all([folder, path].map((each) => stat(each).catch(() => undefined)));
  return [around?.ino, file?.ino, file?.size, file?.ctimeMs].join(" ");
}

interface FolderChange {
  /** Aborts at a change, at the end, and on close. */
  readonly signal: AbortSignal;
  close(): void;
}

/**
 * Watches the folder, not the file: a mounted ConfigMap changes by an atomic swap of its `..data` symlink. Made anew after each
 * change, so that a folder that was replaced is watched again.
 */
function watchFolder(folder: string, signal: AbortSignal): FolderChange {
  const over = new AbortController();
  const done = (): void => over.abort();
  signal.addEventListener("abort", done, { once: true, signal: over.signal });
  if (signal.aborted) done();
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(folder, done);
    watcher.on("error", () => undefined);
  } catch {
    // No folder, no events: the poll finds it when it is there.
  }
  return {
    signal: over.signal,
    close: () => {
      over.abort();
      watcher?.close();
    },
  };
}
