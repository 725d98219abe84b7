import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { callApi, freePort, type Answer } from "../../../packages/agent/src/events/testing/events-process.ts";

const mainPath = fileURLToPath(new URL("../../../packages/agent/src/main.ts", import.meta.url));
const api = "/api/ocloudNotifications/v2";

/** A profile of a node, as its file has it. */
export type GivenProfile = Readonly<Record<string, unknown>>;

/** A real `ptp-agent --replay -` with events on. */
export interface ReplayAgent {
  readonly apiPort: number;
  /** Writes lines to its standard input. */
  feed(lines: readonly string[]): void;
  /** `path` as it stands. */
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  metrics(): Promise<string>;
  output(): string;
  /** Ends it at once, its events process with it, and starts it anew with these profiles and what it stored. */
  restart(profiles?: readonly GivenProfile[]): Promise<void>;
}

/** Starts the agent of a node, and waits until its events process takes subscriptions. */
export async function startReplayAgent(
  t: TestContext,
  { nodeName, profiles }: { readonly nodeName: string; readonly profiles: readonly GivenProfile[] },
): Promise<ReplayAgent> {
  const folder = await mkdtemp(join(tmpdir(), "ptp-replay-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const [apiPort, metricsPort] = [await freePort(), await freePort()];
  const replay = ["--replay", "-", "--linuxptp-profile-path", folder, "--node", nodeName];
  const binds = ["--metrics-bind-address", `127.0.0.1:${metricsPort}`, "--probe-bind-address", "127.0.0.1:0"];
  const events = ["--enable-event-publisher", "--event-bind-address", `127.0.0.1:${apiPort}`, "--event-allow-loopback"];
  const flags = [...replay, ...binds, ...events, "--state-dir", join(folder, "state")];
  let output = "";
  const start = async (given: readonly GivenProfile[]) => {
    await writeFile(join(folder, nodeName), JSON.stringify(given));
    const child = spawn(process.execPath, [mainPath, ...flags], {
      env: { PATH: process.env["PATH"] ?? "" },
      stdio: ["pipe", "pipe", "inherit"],
    });
    t.after(() => child.kill("SIGKILL"));
    child.stdin.on("error", () => undefined);
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    await until(
      async () => (await healthOf(call)) === 200,
      () => `events are not served: ${output}`,
    );
    return child;
  };
  const call: ReplayAgent["call"] = (method, path, body) => callApi(apiPort, { method, path, body });
  let given = profiles;
  let child = await start(given);
  return {
    apiPort,
    feed: (lines) => void child.stdin.write(lines.map((line) => `${line}\n`).join("")),
    call,
    metrics: async () => (await callApi(metricsPort, { method: "GET", path: "/metrics" })).body,
    output: () => output,
    restart: async (next = given) => {
      given = next;
      child.kill("SIGKILL");
      await once(child, "exit");
      // The events process ends with its agent.
      await until(
        async () => (await healthOf(call)) === undefined,
        () => "the events process outlives its agent",
      );
      child = await start(given);
    },
  };
}

/** Undefined: nobody is there. */
async function healthOf(call: ReplayAgent["call"]): Promise<number | undefined> {
  const answer = await call("GET", `${api}/health`).catch(() => undefined);
  return answer?.status;
}

async function until(holds: () => Promise<boolean>, problem: () => string): Promise<void> {
  const endMs = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(problem());
    await sleep(10);
  }
}
