import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { collectLines } from "./line-log.ts";
import { childrenOf } from "./process-table.ts";

const initScript = join(import.meta.dirname, "init.sh");

/** The first process of a set of namespaces. It lives until `close`, or until this program dies. */
export interface NamespaceInit {
  /** Its number in the namespace of this program. */
  readonly pid: number;
  /** Ends it and waits until the kernel has ended everything else in its PID namespace. */
  close(): Promise<void>;
}

/**
 * Runs init.sh in new namespaces. `enter` are the words before it (`unshare …`, or `nsenter … unshare …`), one process
 * of which stays as parent for each namespace of processes entered: `depth` of them stand above the init.
 */
export async function startNamespaceInit(
  enter: readonly [string, ...string[]],
  depth: number,
  initArgs: readonly string[],
): Promise<NamespaceInit> {
  const [program, ...args] = [...enter, "bash", initScript, ...initArgs];
  const child = spawn(program ?? "", args, { detached: true, stdio: ["pipe", "pipe", "pipe"] });
  const exited = once(child, "close");
  child.stdin.on("error", () => undefined);
  const log = collectLines([child.stdout, child.stderr]);
  await log.waitFor(/^ready$/, 20_000).catch((cause: unknown) => {
    child.kill("SIGKILL");
    throw new Error(`cannot prepare the namespaces: ${cause instanceof Error ? cause.message : String(cause)}`);
  });
  let pid = child.pid ?? 0;
  for (let level = 0; level < depth; level++) pid = childrenOf(pid)[0] ?? 0;
  if (pid === 0) throw new Error("cannot find the first process of the namespaces");
  const close = async (): Promise<void> => {
    child.stdin.end();
    const timer = setTimeout(() => process.kill(pid, "SIGKILL"), 5_000);
    await exited;
    clearTimeout(timer);
  };
  return { pid, close };
}
