import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";

/** The consumer as a program of its own. */
export interface ConsumerProgram {
  /** Resolves with the line, once there is one. @throws after 60 s, with what was said. */
  says(pattern: RegExp): Promise<string>;
  /** Forgets what was said. */
  clear(): void;
  lines(): readonly string[];
  /** Tells it to end. */
  terminate(): void;
  /** The same; resolves with its exit code. */
  end(): Promise<number | null>;
}

/** Starts it; killed after the test. */
export function startConsumer(t: TestContext, words: readonly string[]): ConsumerProgram {
  const main = join(import.meta.dirname, "../src/main.ts");
  const child = spawn(process.execPath, [main, ...words], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  const lines: string[] = [];
  const reader = createInterface(child.stdout);
  reader.on("line", (line) => lines.push(line));
  return {
    says: async (pattern) => {
      const signal = AbortSignal.timeout(60_000);
      for (;;) {
        const found = lines.find((line) => pattern.test(line));
        if (found !== undefined) return found;
        await once(reader, "line", { signal }).catch(() => {
          throw new Error(`the consumer does not say ${String(pattern)}, but:\n${lines.join("\n")}`);
        });
      }
    },
    clear: () => lines.splice(0),
    lines: () => lines,
    terminate: () => void child.kill("SIGTERM"),
    end: async () => {
      if (child.exitCode !== null) return child.exitCode;
      const closed = once(child, "close");
      child.kill("SIGTERM");
      const [code]: readonly unknown[] = await closed;
      return typeof code === "number" ? code : null;
    },
  };
}
