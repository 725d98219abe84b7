import assert from "node:assert/strict";
import { createServer, type AddressInfo } from "node:net";
import { test } from "node:test";
import { captureLogger, silentLogger } from "@ptp/kit";
import { listen } from "./listen.ts";

const place = { flag: "--listen", name: "sessions", host: "127.0.0.1" };

test("a port that is taken is told with its flag", async (t) => {
  const [first, second] = [createServer(), createServer()];
  await listen(first, { ...place, port: 0, log: silentLogger });
  t.after(() => first.close());
  const { port } = first.address() as AddressInfo;
  await assert.rejects(listen(second, { ...place, port, log: silentLogger }), {
    kind: "invalid",
    message: `--listen 127.0.0.1:${port} cannot be served: listen EADDRINUSE: address already in use 127.0.0.1:${port}`,
  });
});

test("a connection that cannot be accepted is a warning, and no end", async (t) => {
  const server = createServer();
  const warnings: unknown[] = [];
  const log = captureLogger((level, message, fields) => void warnings.push([level, message, fields]));
  await listen(server, { ...place, port: 0, log });
  t.after(() => server.close());
  server.emit("error", new Error("accept EMFILE"));
  assert.deepEqual(warnings, [["warn", "connection was not accepted", { server: "sessions", error: "accept EMFILE" }]]);
});
