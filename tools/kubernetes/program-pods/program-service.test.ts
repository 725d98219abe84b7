import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import type { LocalProgram } from "./local-program.ts";
import { serveProgramPods } from "./program-service.ts";

/** A program that says its name to whoever connects. */
async function program(t: TestContext, name: string, isReady = true): Promise<LocalProgram> {
  const server = createServer((socket) => socket.end(name)).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return {
    lines: [],
    portByName: new Map([["session", (server.address() as AddressInfo).port]]),
    exited: new Promise(() => undefined),
    isReady: () => Promise.resolve(isReady),
    refreshFiles: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
}

async function ask(port: number): Promise<string> {
  const socket = connect(port, "127.0.0.1").on("error", () => undefined);
  const heard: Buffer[] = [];
  socket.on("data", (data: Buffer) => heard.push(data));
  await once(socket, "close");
  return Buffer.concat(heard).toString();
}

test("serveProgramPods: each connection to the next ready pod with that port, else nowhere", async (t) => {
  const pods = new Map([
    ["op-a", await program(t, "a")],
    ["op-b", await program(t, "b", false)],
    ["op-c", await program(t, "c")],
    ["op-job", { ...(await program(t, "job")), portByName: new Map() }],
    ["other", await program(t, "other")],
  ]);
  const service = await serveProgramPods({ running: () => pods }, { namePrefix: "op-", portName: "session" });
  t.after(() => service.close());
  const heard = [];
  for (let turn = 0; turn < 6; turn += 1) heard.push(await ask(service.port));
  assert.deepEqual(
    [...new Set(heard)].toSorted((one, other) => one.localeCompare(other)),
    ["a", "c"],
  );
  pods.clear();
  assert.equal(await ask(service.port), "");
});
