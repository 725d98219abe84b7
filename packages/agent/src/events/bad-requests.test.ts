import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { test } from "node:test";
import { startEvents, testNode, type EventsProcess } from "./testing/events-process.ts";
import { lockState } from "./testing/values.ts";

const api = "/api/ocloudNotifications/v2";

async function readyEvents(...[t, options]: Parameters<typeof startEvents>): Promise<EventsProcess> {
  const events = await startEvents(t, options);
  events.feed([lockState("LOCKED")]);
  await events.ready();
  return events;
}

/** Sends text and bytes as they are; resolves with all that came when the other end closed the connection. */
function sendRaw(port: number, chunks: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.setEncoding("latin1").on("data", (chunk: string) => (answer += chunk));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(answer));
    for (const chunk of chunks) socket.write(chunk);
  });
}

const post = `POST ${api}/subscriptions HTTP/1.1\r\nHost: x\r\n`;
const close = "Connection: close\r\n";

function residentMb(events: EventsProcess): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${events.pid()}/status`, "utf8"))?.[1]) / 1_024;
}

test("what is no request, or has no end, is answered and closed", { timeout: 120_000 }, async (t) => {
  const events = await readyEvents(t);
  const statusOf = async (...chunks: readonly string[]) => (await sendRaw(events.port, chunks)).split(" ")[1];
  const chunk = `4000\r\n${"x".repeat(0x4000)}\r\n`;
  const startMs = performance.now();
  const found = await Promise.all([
    statusOf("\u0016\u0003\u0001 this is TLS\r\n\r\n"),
    statusOf("GET / HTTP/1.1\r\nno colon\r\n\r\n"),
    statusOf(`GET ${api}/health HTTP/1.1\r\n${close}\r\n`),
    statusOf(`${post}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`),
    statusOf(`${post}Content-Length: -1\r\n\r\n`),
    statusOf(`${post}${close}Transfer-Encoding: chunked\r\n\r\n`, ...Array<string>(5).fill(chunk)),
    statusOf(`${post}${close}Content-Length: 70000\r\n\r\n`, "x".repeat(70_000)),
    statusOf(`GET ${api}/health HTTP/1.1\r\nHost: x\r\n${"a: b\r\n".repeat(4_000)}\r\n`),
    statusOf(`GET ${api}/health HTTP/1.1\r\nHost: x\r\nx: `, "x".repeat(20_000)),
    statusOf(`GET /${"x".repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`),
    statusOf(`${post}Content-Length: 100\r\n\r\n{"EndpointUri":`),
    statusOf(`${post}Transfer-Encoding: chunked\r\n\r\n5\r\n{"End`),
  ]);
  assert.deepEqual(found, ["400", "400", "400", "400", "400", "413", "413", "431", "431", "431", "408", "408"]);
  assert.ok(performance.now() - startMs < 40_000, "bodies that do not come are waited for 10 s");
  assert.equal((await events.call("GET", "/health")).status, 200);
});

test(
  "a flood of large requests costs a bounded amount of memory, and others are served",
  { timeout: 300_000 },
  async (t) => {
    const events = await readyEvents(t);
    const beforeMb = residentMb(events);
    const body = JSON.stringify({ EndpointUri: "http://[::1", ResourceAddress: "x".repeat(60_000) });
    const large = `${post}${close}Content-Length: ${body.length}\r\n\r\n${body}`;
    let [answered, peakMb] = [0, 0];
    const flood = async (): Promise<void> => {
      for (let turn = 0; turn < 20; turn++)
        if ((await sendRaw(events.port, [large])).startsWith("HTTP/1.1 400")) answered += 1;
    };
    const watching = setInterval(() => (peakMb = Math.max(peakMb, residentMb(events))), 20);
    const floods = Array.from({ length: 100 }, flood);
    const path = `/cluster/node/${testNode}/sync/ptp-status/lock-state/CurrentState`;
    for (let turn = 0; turn < 20; turn++) assert.equal((await events.call("GET", path)).status, 200);
    await Promise.all(floods);
    clearInterval(watching);
    assert.equal(answered, 2_000);
    t.diagnostic(`RSS before ${Math.round(beforeMb)} MB, at most ${Math.round(peakMb)} MB`);
    assert.ok(peakMb - beforeMb < 120, `${beforeMb} MB, then ${peakMb} MB`);
  },
);
