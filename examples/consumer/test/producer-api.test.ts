import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createProducerApi } from "../src/producer-api.ts";

test("a token is read anew for each change of subscriptions, and shown for nothing else", async (t) => {
  const shown: string[] = [];
  const server = createServer(({ method = "", headers }, response) => {
    shown.push(`${method} ${headers.authorization ?? "nothing"}`);
    response.writeHead(method === "GET" ? 200 : 204).end(method === "GET" ? "[]" : undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const folder = await mkdtemp(join(tmpdir(), "ptp-consumer-"));
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });
  const tokenFile = join(folder, "token");
  const api = createProducerApi(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), tokenFile);
  await writeFile(tokenFile, "first\n");
  await api.subscribe("/a", "http://b");
  await writeFile(tokenFile, "second");
  await api.unsubscribe("x");
  await api.list();
  assert.deepEqual(shown, ["POST Bearer first", "DELETE Bearer second", "GET nothing"]);
});
