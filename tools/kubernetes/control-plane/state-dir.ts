import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A private folder that ends with this program, and with it all processes whose current folder it is. */
export interface StateDir {
  readonly path: string;
  /** Ends the processes, removes the folder, and returns when both are done. */
  close(): Promise<void>;
}

const janitor = join(import.meta.dirname, "janitor.sh");

/** Makes the folder, named with the number of this process, and a process that cleans up when this program dies, even by kill -9. */
export async function createStateDir(): Promise<StateDir> {
  const path = await mkdtemp(join(await realpath(tmpdir()), `ptp-kubernetes-${process.pid}-`));
  // Detached: a kill of this program's whole process group must not reach it.
  const child = spawn("bash", [janitor, path], { detached: true, stdio: ["pipe", "ignore", "inherit"] });
  const exited = once(child, "close");
  child.stdin.on("error", () => undefined);
  await once(child, "spawn");
  return {
    path,
    close: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
