import assert from "node:assert/strict";
import { lookup } from "node:dns";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { createPostConnections, type Exchange } from "./post-connection.ts";

/** Answers each request with what the script says next; gives the number of connections. */
async function serve(t: TestContext, script: (socket: Socket, request: number) => void) {
  let connections = 0;
  let requests = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on("data", () => script(socket, ++requests));
    socket.on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const pool = createPostConnections();
  t.after(() => {
    pool.close();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const target = { isTls: false, host: "127.0.0.1", port, lookup };
  const post = (timeoutMs = 30_000): Promise<Exchange> => pool.exchange(target, "POST / HTTP/1.1\r\n\r\n", timeoutMs);
  return { post, connections: () => connections };
}

const answered = (status: number): Exchange => ({ kind: "answered", status });

test("createPostConnections: a connection is used again after a 204 and after nothing else", async (t) => {
  const answers = ["204 No Content", "204", "200 OK", "204 No Content\r\nConnection: close", "204 No Content"];
  const { post, connections } = await serve(t, (socket, request) => {
    socket.write(`HTTP/1.1 ${answers[request - 1]}\r\n\r\n`);
  });
  const statuses: Exchange[] = [];
  for (let turn = 0; turn < answers.length; turn++) statuses.push(await post());
  assert.deepEqual(statuses, [204, 204, 200, 204, 204].map(answered));
  assert.equal(connections(), 3);
});

test("createPostConnections: heads in pieces and interim answers are read, garbage and endless heads are no answer", async (t) => {
  const { post } = await serve(t, (socket, request) => {
    if (request === 1)
      for (const each of "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n") socket.write(each);
    if (request === 2) socket.write("SSH-2.0-x\r\n\r\n");
    if (request === 3) socket.write(`HTTP/1.1 204 x\r\nx: ${"x".repeat(40_000)}`);
    if (request === 4) socket.end();
  });
  assert.deepEqual(await post(), answered(204));
  for (let turn = 0; turn < 3; turn++) assert.equal((await post()).kind, "failed");
});

test("createPostConnections: who does not answer fails in time; a closed connection that was used before is stale", async (t) => {
  // Not by the number of the request: one that was given up may never have been sent.
  let mood: "silent" | "well" | "cut" = "silent";
  const { post } = await serve(t, (socket) => {
    if (mood === "well") socket.write("HTTP/1.1 204 No Content\r\n\r\n");
    if (mood === "cut") socket.destroy();
  });
  assert.deepEqual(await post(50), { kind: "failed", detail: "no answer within 50 ms", wasStale: false });
  mood = "well";
  assert.deepEqual(await post(), answered(204));
  mood = "cut";
  const stale = await post();
  assert.equal(stale.kind === "failed" && stale.wasStale, true);
});
