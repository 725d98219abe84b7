import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";

const mainPath = fileURLToPath(new URL("../main.ts", import.meta.url));
const scenarios = fileURLToPath(new URL("testing/scenarios/", import.meta.url));

/** The series of a page, or of a golden, in the golden's order. */
function seriesOf(text: string): readonly string[] {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines.toSorted((a, b) => (a < b ? -1 : 1));
}

/** Plays a recording by the real program; returns its /metrics when the recording is over. */
async function served(t: TestContext, folder: string): Promise<string> {
  const port = await freePort();
  const replay = ["--replay", join(folder, "recording.log"), "--speed", "0"];
  const place = ["--linuxptp-profile-path", folder, "--node", "worker-1"];
  const binds = ["--metrics-bind-address", `127.0.0.1:${port}`, "--probe-bind-address", "127.0.0.1:0"];
  const child = spawn(process.execPath, [mainPath, ...replay, ...place, ...binds], {
    env: { PATH: process.env["PATH"] ?? "", TZ: "UTC" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  for await (const line of createInterface(child.stdout)) if (line.includes("the recording is over")) break;
  return await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

for (const name of readdirSync(scenarios)) {
  test(`ptp-agent --replay serves what its golden says: ${name}`, { timeout: 120_000 }, async (t) => {
    const folder = join(scenarios, name);
    const golden = readFileSync(join(folder, "metrics.txt"), "utf8");
    assert.deepEqual(seriesOf(await served(t, folder)), seriesOf(golden));
  });
}
