import assert from "node:assert/strict";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { createLogger } from "@ptp/kit";
import { createLegacySocket } from "./legacy-socket.ts";

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "legacy-socket-"));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

function socketIn(folder: string, taken: object[] = []) {
  const places = { profileFolder: folder, configFolder: folder, nodeName: "w1" };
  const log = createLogger({ level: "error", write: () => undefined });
  const onMessage = (message: object): void => void taken.push(message);
  // Nobody listens on this port: the daemon is not there yet.
  return createLegacySocket({ path: join(folder, "s"), places, daemonOrigin: "http://127.0.0.1:1", onMessage, log });
}

test("without daemon and files it is ready, knowing nothing", async (t) => {
  const taken: object[] = [];
  const folder = await folderOf(t);
  const part = socketIn(folder, taken);
  await part.start(t.signal);
  assert.deepEqual(
    taken.map((each) => ({ ...each, atUnixMs: 0 })),
    [{ type: "snapshot", atUnixMs: 0, values: [] }],
  );
  assert.ok((await stat(join(folder, "s"))).isSocket());
  await part.stop();
});

test("a socket that another sidecar serves is left to it, one that nobody serves is taken", async (t) => {
  const folder = await folderOf(t);
  const other = createServer().listen(join(folder, "s"));
  await once(other, "listening");
  const part = socketIn(folder);
  await assert.rejects(part.start(t.signal), /somebody else listens on .*\/s: end the other sidecar/);
  other.close();
  await once(other, "close");
  const next = socketIn(folder);
  await next.start(t.signal);
  await next.stop();
});
