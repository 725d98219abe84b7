import assert from "node:assert/strict";
import { request } from "node:https";
import { connect } from "node:net";
import { readFileSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { captureLogger, silentLogger, type HttpListener } from "@ptp/kit";
import { createCertificates } from "@ptp/kit/testing/certificates";
import { bearerToken, ownerOf, type Caller, type TokenCheck } from "./caller.ts";
import { createEventsServer, type EventsServerOptions } from "./events-server.ts";
import { callApi } from "./testing/events-process.ts";

async function serve(t: TestContext, options: Partial<EventsServerOptions>): Promise<HttpListener> {
  const server = createEventsServer({
    host: "127.0.0.1",
    port: 0,
    api: () => Promise.resolve({ status: 204 }),
    log: silentLogger,
    ...options,
  });
  await server.start(new AbortController().signal);
  t.after(() => server.stop());
  return server;
}

test("createEventsServer: with a verifier, what changes subscriptions needs a token; reading does not", async (t) => {
  const callers: Caller[] = [];
  const checks: Readonly<Record<string, TokenCheck>> = {
    good: { kind: "valid", subject: "system:serviceaccount:a:b" },
    other: { kind: "forbidden", reason: "not listed" },
    slow: { kind: "unknown", reason: "the operator is away" },
  };
  const server = await serve(t, {
    api: ({ caller }) => {
      callers.push(caller);
      return Promise.resolve({ status: 204 });
    },
    tokens: { verify: (token) => Promise.resolve(checks[token] ?? { kind: "invalid", reason: 'a "bad" one\n' }) },
  });
  const call = async (method: string, authorization?: string) =>
    callApi(server.address().port, {
      method,
      path: "/",
      headers: authorization === undefined ? {} : { authorization },
    });
  for (const method of ["POST", "DELETE"]) {
    for (const header of [undefined, "Basic good", "good", "Bearer "]) {
      const answer = await call(method, header);
      assert.deepEqual([answer.status, answer.headers["www-authenticate"], answer.body], [401, "Bearer", ""]);
    }
    const bad = await call(method, "Bearer bad");
    const why = 'Bearer error="invalid_token", error_description="a \'bad\' one\'"';
    assert.deepEqual([bad.status, bad.headers["www-authenticate"], bad.body], [401, why, 'a "bad" one\n\n']);
    const other = await call(method, "Bearer other");
    const text = "text/plain; charset=utf-8";
    assert.deepEqual([other.status, other.headers["content-type"], other.body], [403, text, "not listed\n"]);
    const tryAgain = "the token cannot be checked now: try again\n";
    const slow = await call(method, "Bearer slow");
    assert.deepEqual([slow.status, slow.headers["retry-after"], slow.body], [503, "1", tryAgain]);
    assert.equal((await call(method, "Bearer good")).status, 204);
  }
  assert.equal((await call("GET")).status, 204);
  assert.deepEqual(callers.map(ownerOf), [
    "subject system:serviceaccount:a:b",
    "subject system:serviceaccount:a:b",
    "address 127.0.0.1",
  ]);
});

test("createEventsServer: with authorities of clients, only who shows a certificate is served, and is known by it", async (t) => {
  const certificates = createCertificates();
  t.after(() => certificates.remove());
  certificates.issue({ name: "server" });
  certificates.issue({ name: "vdu" });
  certificates.authority("stranger");
  certificates.issue({ name: "imposter", issuer: "stranger" });
  const callers: Caller[] = [];
  const caPath = certificates.certPath("ca");
  const server = await serve(t, {
    api: ({ caller }) => {
      callers.push(caller);
      return Promise.resolve({ status: 204 });
    },
    tls: { certPath: certificates.certPath("server"), keyPath: certificates.keyPath("server"), clientCaPath: caPath },
  });
  const call = (name?: string): Promise<number | string> =>
    new Promise((resolve) => {
      const pair =
        name === undefined
          ? {}
          : { cert: readFileSync(certificates.certPath(name)), key: readFileSync(certificates.keyPath(name)) };
      const sent = request(
        { host: "127.0.0.1", port: server.address().port, ca: readFileSync(caPath), agent: false, ...pair },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      );
      sent.on("error", () => resolve("refused"));
      sent.end();
    });
  assert.equal(await call(), "refused");
  assert.equal(await call("imposter"), "refused");
  assert.equal(await call("vdu"), 204);
  assert.deepEqual(callers.map(ownerOf), ["certificate vdu"]);
});

test("createEventsServer: a fault in a request is a 500 without words, and the next one is served", async (t) => {
  const server = await serve(t, {
    api: ({ path }) => (path === "/bad" ? Promise.reject(new Error("secret")) : Promise.resolve({ status: 204 })),
  });
  const answer = await callApi(server.address().port, { method: "GET", path: "/bad" });
  assert.deepEqual([answer.status, answer.body], [500, ""]);
  assert.equal((await callApi(server.address().port, { method: "GET", path: "/" })).status, 204);
});

test("bearerToken: of a header that is one", () => {
  assert.equal(bearerToken("bearer  a.b-c_d=="), "a.b-c_d==");
  for (const header of [undefined, "", "Bearer", "Bearer a b", "Basic x", `Bearer ${"x".repeat(20_000)}`]) {
    assert.equal(bearerToken(header), undefined);
  }
});

test("createEventsServer: a long answer costs no more than what its client reads of it", async (t) => {
  const made = { pieces: 0 };
  function* pieces() {
    for (; made.pieces < 10_000; made.pieces += 1) yield "x".repeat(10_000);
  }
  const server = await serve(t, { api: () => Promise.resolve({ status: 200, pieces: pieces() }) });
  const socket = connect(server.address().port, "127.0.0.1");
  t.after(() => socket.destroy());
  socket.pause().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  // Until the kernel's buffers are full; then nothing moves.
  let before = -1;
  while (made.pieces === 0 || made.pieces > before) {
    before = made.pieces;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert.ok(made.pieces < 2_000, `${made.pieces} pieces of 10 kB were made`);
  let bytes = 0;
  for await (const chunk of socket) {
    bytes += (chunk as Buffer).length;
    if (bytes > 100_000_000) return;
  }
  assert.fail(`only ${bytes} bytes came`);
});

test("createEventsServer: a client that goes away in its request is no error", async (t) => {
  const lines: string[] = [];
  const told = Promise.withResolvers<void>();
  const log = captureLogger((level, message) => {
    lines.push(`${level} ${message}`);
    told.resolve();
  });
  const server = await serve(t, { log });
  const socket = connect(server.address().port, "127.0.0.1");
  socket.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{", () => socket.destroy());
  await told.promise;
  assert.deepEqual(lines, ["debug a client has gone away"]);
});
