import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { test } from "node:test";
import { freePorts } from "./free-ports.ts";

test("freePorts gives different ports that can be listened on, out of reach of outgoing connections", async () => {
  const ports = await freePorts(20);
  assert.equal(new Set(ports).size, 20);
  const firstOutgoing = Number(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split(/\s/)[0]);
  for (const port of ports) {
    assert.ok(port >= 10_000 && port < Math.max(firstOutgoing, 20_000), String(port));
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
    server.close();
  }
});
