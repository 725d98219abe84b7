import { spawn } from "node:child_process";
import { once } from "node:events";

/** A `pmc` that lives on and takes its commands on stdin. */
export interface PersistentPmc extends AsyncDisposable {
  /** Text of the answer, complete when `lastWord` and the rest of its line have come. */
  ask(command: string, lastWord: string): Promise<string>;
}

/** Which ptp4l, and by which pmc. */
export interface PmcTarget {
  readonly program: string;
  readonly socketPath: string;
  readonly domainNumber: number;
  /** Socket of the pmc: a path that means the same file to ptp4l. */
  readonly ownPath: string;
}

/** Starts a pmc. */
export function startPersistentPmc({ program, socketPath, domainNumber, ownPath }: PmcTarget): PersistentPmc {
  const argv = ["-u", "-b", "0", "-d", String(domainNumber), "-s", socketPath, "-i", ownPath];
  const child = spawn(program, argv, { stdio: ["pipe", "pipe", "inherit"] });
  let text = "";
  let heard = (): void => undefined;
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    heard();
  });
  return {
    ask: (command, lastWord) => {
      text = "";
      const { promise, resolve } = Promise.withResolvers<string>();
      heard = () => {
        const at = text.indexOf(lastWord);
        if (at >= 0 && text.includes("\n", at)) resolve(text);
      };
      child.stdin.write(`${command}\n`);
      return promise;
    },
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}
