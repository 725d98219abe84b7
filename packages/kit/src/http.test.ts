import assert from "node:assert/strict";
import { connect } from "node:net";
import { once } from "node:events";
import { test, type TestContext } from "node:test";
import { createHttpListener } from "./http-listener.ts";
import { createHttpPart, type HttpPart } from "./http.ts";
import { captureLogger, silentLogger } from "./log.ts";
import type { Routes } from "./http-route.ts";

const routes: Routes = {
  "GET /healthz": () => ({ status: 200, body: "ok\n" }),
  "POST /echo": (request) => ({ status: 200, body: Buffer.from(request.body).toString() }),
  "GET /broken": () => {
    throw new Error("secret detail");
  },
};

async function serve(t: TestContext, log = silentLogger): Promise<{ part: HttpPart; url: string }> {
  const part = createHttpPart({ name: "test", host: "127.0.0.1", port: 0, routes, log, maxBodyBytes: 10 });
  await part.start(new AbortController().signal);
  t.after(() => part.stop());
  return { part, url: `http://127.0.0.1:${part.address().port}` };
}

test("createHttpPart routes by method and path", async (t) => {
  const { url } = await serve(t);
  assert.equal(await (await fetch(`${url}/healthz?verbose=1`)).text(), "ok\n");
  assert.equal((await fetch(`${url}/healthz`, { method: "HEAD" })).status, 200);
  assert.equal((await fetch(`${url}/healthz`, { method: "POST" })).status, 405);
  assert.equal((await fetch(`${url}/nothing`)).status, 404);
  assert.equal((await fetch(`${url}/constructor`)).status, 404);
});

test("createHttpPart bounds bodies", async (t) => {
  const { url } = await serve(t);
  assert.equal(await (await fetch(`${url}/echo`, { method: "POST", body: "0123456789" })).text(), "0123456789");
  assert.equal((await fetch(`${url}/echo`, { method: "POST", body: "0123456789X" })).status, 413);
});

test("createHttpPart hides what a handler throws and logs it", async (t) => {
  const logged: string[] = [];
  const { url } = await serve(
    t,
    captureLogger((_level, _message, fields) => logged.push(String(fields["error"]))),
  );
  const reply = await fetch(`${url}/broken`);
  assert.equal(reply.status, 500);
  assert.equal(await reply.text(), "internal error\n");
  assert.deepEqual(logged, ["secret detail"]);
});

test("createHttpPart: a client that goes away in its request is no error", async (t) => {
  const told = Promise.withResolvers<string>();
  const { part } = await serve(
    t,
    captureLogger((level, message) => told.resolve(`${level} ${message}`)),
  );
  const socket = connect(part.address().port, "127.0.0.1");
  socket.write("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1", () => socket.destroy());
  assert.equal(await told.promise, "debug a client has gone away");
});

test("createHttpPart survives garbage on the wire", async (t) => {
  const { part, url } = await serve(t);
  const socket = connect(part.address().port, "127.0.0.1");
  socket.end("\u0000\u0001 not http\r\n\r\n");
  socket.resume();
  await once(socket, "close");
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
});

test("createHttpPart names the address that is in use", async (t) => {
  const { part } = await serve(t);
  const second = createHttpPart({
    name: "metrics",
    host: "127.0.0.1",
    port: part.address().port,
    routes,
    log: silentLogger,
  });
  await assert.rejects(
    second.start(new AbortController().signal),
    /metrics cannot listen on 127\.0\.0\.1:\d+: another process listens there/,
  );
});

test("createHttpListener ends a connection whose client does not read its answer", { timeout: 60_000 }, async (t) => {
  const bounds = {
    maxHeaderBytes: 16_384,
    headersTimeoutMs: 5_000,
    requestTimeoutMs: 10_000,
    keepAliveTimeoutMs: 60_000,
    // Longer than a machine may stand still before the request is read.
    idleTimeoutMs: 2_000,
    handshakeTimeoutMs: 5_000,
    maxConnections: 10,
  };
  const body = Buffer.alloc(50_000_000);
  const ended = Promise.withResolvers<unknown>();
  const listener = createHttpListener({
    name: "test",
    host: "127.0.0.1",
    port: 0,
    bounds,
    onRequest: (request, response) => {
      request.socket.once("close", ended.resolve);
      response.end(body);
    },
    log: silentLogger,
  });
  await listener.start(t.signal);
  t.after(() => listener.stop());
  const { port } = listener.address();
  const socket = connect(port, "127.0.0.1");
  let bytes = 0;
  socket.pause().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await ended.promise;
  socket.on("error", () => undefined).on("data", (chunk: Buffer) => (bytes += chunk.length));
  await once(socket.resume(), "close");
  assert.ok(bytes < body.length, `${bytes} bytes came`);
});
