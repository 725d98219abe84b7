import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { DatagramError, type DatagramPort } from "./datagram-port.ts";
import { openLinuxDatagramPort } from "./linux-datagram.ts";
import { decodeUnixAddress, encodeUnixAddress } from "./unix-address.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "ptp-datagram-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

interface Peer {
  readonly port: DatagramPort;
  readonly path: string;
  readonly heard: (readonly [string, string])[];
}

async function peer(t: TestContext, path: string): Promise<Peer> {
  const heard: (readonly [string, string])[] = [];
  const port = await openLinuxDatagramPort({
    path,
    onDatagram: (bytes, from) => heard.push([textOf(bytes), from]),
    onFailure: (error) => assert.fail(error),
  });
  t.after(() => port.close());
  return { port, path, heard };
}

async function until(condition: () => boolean, timeoutMs = 30_000): Promise<void> {
  const start = performance.now();
  while (!condition()) {
    assert.ok(performance.now() - start < timeoutMs, "waited too long");
    await delay(2);
  }
}

test("datagram port: answers go back to the sender's path, many peers on one socket", async (t) => {
  const dir = folder(t);
  const [one, two, hub] = await Promise.all(["one", "two", "hub"].map((name) => peer(t, join(dir, name))));
  assert.ok(one && two && hub);
  assert.equal(one.port.sendTo(bytesOf("from one"), hub.path), undefined);
  assert.equal(two.port.sendTo(bytesOf("from two"), hub.path), undefined);
  await until(() => hub.heard.length === 2);
  assert.deepEqual(hub.heard, [
    ["from one", one.path],
    ["from two", two.path],
  ]);
  for (const [text, path] of hub.heard) hub.port.sendTo(bytesOf(`to ${text}`), path);
  await until(() => one.heard.length + two.heard.length === 2);
  assert.deepEqual(two.heard, [["to from two", hub.path]]);
  assert.equal(statSync(hub.path).mode & 0o777, 0o600);
});

test("datagram port: thousands of datagrams arrive in order, larger ones than a buffer as empty", async (t) => {
  const dir = folder(t);
  const [from, to] = [await peer(t, join(dir, "from")), await peer(t, join(dir, "to"))];
  for (let i = 0; i < 3_000; i++) {
    while (from.port.sendTo(bytesOf(String(i)), to.path)?.code === "EAGAIN") await delay(1);
  }
  assert.equal(from.port.sendTo(new Uint8Array(5_000), to.path), undefined);
  await until(() => to.heard.length === 3_001);
  assert.deepEqual(
    to.heard.map(([text]) => text),
    [...Array.from({ length: 3_000 }, (_, i) => String(i)), ""],
  );
});

/** How many datagrams go out before nobody reads them any more; the reader gets no turn meanwhile. */
function sentUnread(from: DatagramPort, path: string): number {
  let sent = 0;
  while (sent < 10_000 && from.sendTo(bytesOf("x".repeat(80)), path) === undefined) sent++;
  return sent;
}

test("datagram port: who is attached to is not held up by a reader that stands still, and is heard alone", async (t) => {
  const dir = folder(t);
  const [clock, news, plain] = [
    await peer(t, join(dir, "clock")),
    await peer(t, join(dir, "news")),
    await peer(t, join(dir, "plain")),
  ];
  const queued = Number(readFileSync("/proc/sys/net/unix/max_dgram_qlen", "utf8")) + 1;
  assert.equal(sentUnread(clock.port, plain.path), queued);
  await until(() => plain.heard.length === queued);
  assert.equal(news.port.attach(clock.path), undefined);
  const sent = sentUnread(clock.port, news.path);
  assert.ok(sent >= 100, `${sent} before it had to wait`);
  assert.equal(plain.port.sendTo(bytesOf("stranger"), news.path)?.code, "EPERM");
  await until(() => news.heard.length === sent);
  await clock.port.close();
  const next = await peer(t, clock.path);
  assert.equal(next.port.sendTo(bytesOf("y"), news.path)?.code, "EPERM", "it is another socket under the same path");
  assert.equal(news.port.attach(next.path), undefined);
  assert.equal(next.port.sendTo(bytesOf("y"), news.path), undefined);
  await until(() => news.heard.length === sent + 1);
  assert.equal(news.port.attach(join(dir, "absent"))?.code, "ENOENT");
});

test("datagram port: what the operating system says is typed", async (t) => {
  const dir = folder(t);
  const { port } = await peer(t, join(dir, "a"));
  const absent = port.sendTo(bytesOf("x"), join(dir, "absent"));
  assert.ok(absent instanceof DatagramError);
  assert.deepEqual([absent.code, absent.errno, absent.syscall, absent.kind], ["ENOENT", 2, "sendto", "transient"]);
  assert.equal(absent.message, `sendto ${join(dir, "absent")}: ENOENT`);
  writeFileSync(join(dir, "file"), "");
  assert.equal(port.sendTo(bytesOf("x"), join(dir, "file"))?.code, "ECONNREFUSED");
  assert.equal(port.sendTo(bytesOf("x"), `${dir}/${"n".repeat(120)}`)?.code, "ENAMETOOLONG");
  const deaf = await peer(t, join(dir, "deaf"));
  let full: DatagramError | undefined;
  for (let i = 0; i < 10_000 && full === undefined; i++) full = port.sendTo(new Uint8Array(1_000), deaf.path);
  assert.deepEqual([full?.code, full?.kind], ["EAGAIN", "transient"]);
  await deaf.port.close();
  assert.equal(port.sendTo(bytesOf("x"), deaf.path)?.code, "ENOENT");
  assert.equal(deaf.port.sendTo(bytesOf("x"), deaf.path)?.code, "EBADF");
});

test("datagram port: a stale socket is replaced, a held one and other files are not", async (t) => {
  const path = join(folder(t), "socket");
  const source = `import { openLinuxDatagramPort as open } from ${JSON.stringify(import.meta.resolve("./linux-datagram.ts"))};
    await open({ path: ${JSON.stringify(path)}, onDatagram() {}, onFailure() {} });
    process.kill(process.pid, "SIGKILL");`;
  const killed = spawn(process.execPath, ["--input-type=module", "-e", source], { stdio: "inherit" });
  await new Promise((resolve) => killed.once("exit", resolve));
  assert.ok(existsSync(path), "the killed process left its socket");
  const { port } = await peer(t, path);
  await assert.rejects(peer(t, path), { code: "EADDRINUSE", kind: "invalid" });
  await port.close();
  assert.ok(!existsSync(path));
  writeFileSync(path, "");
  await assert.rejects(peer(t, path), { code: "EEXIST", message: /not a socket; remove it$/ });
  await assert.rejects(peer(t, join(path, "below")), { code: "ENOTDIR" });
  await assert.rejects(peer(t, join(path, "..", "absent", "socket")), { code: "ENOENT" });
});

test("datagram port: close is quick, may come from the receiver, and twice", async (t) => {
  const dir = folder(t);
  const from = await peer(t, join(dir, "from"));
  let heard = 0;
  const port = await openLinuxDatagramPort({
    path: join(dir, "to"),
    onDatagram: () => {
      heard++;
      void port.close();
    },
    onFailure: (error) => assert.fail(error),
  });
  for (let i = 0; i < 3; i++) from.port.sendTo(bytesOf("x"), join(dir, "to"));
  await until(() => heard > 0);
  await delay(20);
  assert.equal(heard, 1, "nothing is heard after close");
  const start = performance.now();
  await Promise.all([from.port.close(), from.port.close(), port.close()]);
  assert.ok(performance.now() - start < 5_000, "close waits for no datagram");
  assert.ok(!existsSync(from.path) && !existsSync(join(dir, "to")));
});

test("datagram port: an open port keeps no process alive and survives garbage collection", async (t) => {
  const dir = folder(t);
  const source = `import { openLinuxDatagramPort as open } from ${JSON.stringify(import.meta.resolve("./linux-datagram.ts"))};
    let heard = 0;
    async function listen(name) { await open({ path: ${JSON.stringify(dir)} + name, onDatagram() { heard++; }, onFailure() {} }); }
    await listen("/to");
    const from = await open({ path: ${JSON.stringify(dir)} + "/from", onDatagram() {}, onFailure() {} });
    for (let i = 0; i < 20; i++) {
      gc();
      const before = heard;
      from.sendTo(Uint8Array.of(1), ${JSON.stringify(dir)} + "/to");
      while (heard === before) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    for (let i = 0; i < 5; i++) from.sendTo(Uint8Array.of(1), ${JSON.stringify(dir)} + "/to");
    process.exitCode = heard;`;
  const args = ["--expose-gc", "--input-type=module", "-e", source];
  const child = spawn(process.execPath, args, { stdio: "inherit", timeout: 60_000 });
  const code = await new Promise((resolve) => child.once("exit", resolve));
  assert.equal(code, 20, "exits by itself with datagrams unread, having heard all before");
  assert.deepEqual(readdirSync(dir), [], "takes its sockets along");
});

test("datagram port: a promise settled by a datagram goes on at once; a throw is an uncaught exception", async (t) => {
  const dir = folder(t);
  const source = `import { openLinuxDatagramPort as open } from ${JSON.stringify(import.meta.resolve("./linux-datagram.ts"))};
    const { promise, resolve } = Promise.withResolvers();
    const keep = setTimeout(() => process.exit(1), 50_000);
    const to = await open({ path: ${JSON.stringify(dir)} + "/to", onDatagram: (bytes) => {
      if (bytes[0] === 2) throw new Error("thrown by the receiver");
      resolve();
    }, onFailure() {} });
    to.sendTo(Uint8Array.of(1), ${JSON.stringify(dir)} + "/to");
    await promise;
    process.once("uncaughtException", (error) => process.exit(error.message === "thrown by the receiver" ? 7 : 1));
    to.sendTo(Uint8Array.of(2), ${JSON.stringify(dir)} + "/to");`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], { stdio: "inherit", timeout: 60_000 });
  assert.equal(await new Promise((resolve) => child.once("exit", resolve)), 7);
});

test("unix address: a path survives, a hostile length does no harm", () => {
  const address = encodeUnixAddress("/run/ptp4l.0.socket") ?? new Uint8Array();
  assert.equal(decodeUnixAddress(address, address.length), "/run/ptp4l.0.socket");
  assert.equal(decodeUnixAddress(address, 2), "");
  assert.equal(decodeUnixAddress(address, 0), "");
  assert.equal(decodeUnixAddress(address, 9_999), "/run/ptp4l.0.socket");
  assert.equal(encodeUnixAddress(""), undefined);
  assert.equal(encodeUnixAddress("a\0b"), undefined);
  assert.equal(encodeUnixAddress("x".repeat(107))?.length, 110);
  assert.equal(encodeUnixAddress("x".repeat(108)), undefined);
});
