import assert from "node:assert/strict";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { createLogger } from "@ptp/kit";
import { eventually } from "../../process/testing/fixture.ts";
import type { FeedMessage } from "../feed-message.ts";
import { createLegacySocket } from "./legacy-socket.ts";

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "legacy-socket-"));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

function socketIn(folder: string, taken: FeedMessage[] = []) {
  const places = { profileFolder: folder, configFolder: folder, nodeName: "w1" };
  const log = createLogger({ level: "error", write: () => undefined });
  const onMessage = (message: FeedMessage): void => void taken.push(message);
  // Nobody listens on this port: the daemon is not there yet.
  const daemonOrigin = "http://127.0.0.1:1";
  return createLegacySocket({ path: join(folder, "s"), places, daemonOrigin, onMessage, log, goneMs: 1 });
}

test("without daemon and files it is ready, knowing nothing", async (t) => {
  const taken: FeedMessage[] = [];
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

test("metrics show what lines tell, and nothing of a daemon that is gone; its clocks are FREERUN", async (t) => {
  const taken: FeedMessage[] = [];
  const folder = await folderOf(t);
  await writeFile(join(folder, "ptp4l.0.config"), "# profile: p\n[ens1f0]\n");
  const part = socketIn(folder, taken);
  await part.start(t.signal);
  t.after(() => part.stop());
  const valueOf = (name: string) => part.samples().find(({ family }) => family === name)?.value;
  assert.deepEqual([valueOf("interfaceRole"), valueOf("offset"), valueOf("threshold")], [1, undefined, -100]);
  const daemon = connect(join(folder, "s"));
  for (const line of ["master offset 5 s2 freq 1 path delay 89", "CLOCK_CLASS_CHANGE 6"])
    daemon.write(`ptp4l[1.1]: [ptp4l.0.config] ${line}\n`);
  daemon.write("phc2sys[1.1]: [ptp4l.0.config] CLOCK_REALTIME phc offset 5 s2 freq 1 delay 89\n");
  daemon.write("gnss[1]:[ts2phc.0.config] ens1f0 gnss_status 3 offset 5 s2\n");
  daemon.write("synce4l[1]:[ptp4l.0.config] ens1f0 device d eec_state EEC_LOCKED network_option 2 s2\n");
  await eventually("all is told", () => taken.at(-1)?.values.length === 6);
  assert.equal(valueOf("offset"), 5);
  daemon.end();
  await eventually("the offset is gone", () => valueOf("offset") === undefined);
  assert.deepEqual(
    [valueOf("clockState"), valueOf("interfaceRole"), valueOf("threshold")],
    [undefined, undefined, -100],
  );
  assert.deepEqual(taken.at(-1)?.values, [
    { resource: "lock-state", name: "ens1f0", state: "FREERUN", cause: [] },
    { resource: "os-clock-sync-state", name: "CLOCK_REALTIME", state: "FREERUN", cause: [] },
    { resource: "gnss-sync-status", name: "ens1f0", state: "FAILURE-NOFIX", gpsFix: 0, cause: [] },
    { resource: "synce-lock-state", name: "d/ens1f0", state: "FREERUN", cause: [] },
    { resource: "sync-state", state: "FREERUN", cause: [] },
  ]);
});
