import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { nmeaSentences } from "./nmea-sentences.ts";
import { hardwarePath, readingsPath } from "./hardware.ts";
import { longestLatenessMs, noFixPath, receiverPort, sentenceLatenessMs } from "./receiver.ts";

// Usage: node receiver-program.ts: tells date, time and fix to everybody who connects, once a second, and what the hardware
// reads to the agent, twice. A process of its own: a
// test that is busy would be late by a second, and ts2phc would take it for another one.
const listeners = new Set<Socket>();

createServer((socket) => {
  listeners.add(socket);
  socket.on("error", () => socket.destroy());
  socket.on("close", () => listeners.delete(socket));
}).listen(receiverPort, "127.0.0.1", () => console.log("listening"));

function speak(): void {
  const nowMs = Date.now();
  const isLate = (nowMs - sentenceLatenessMs) % 1_000 > longestLatenessMs;
  const sentences = nmeaSentences(nowMs, !existsSync(noFixPath));
  if (!isLate) for (const socket of listeners) socket.write(sentences);
  waitForSecond();
}

function waitForSecond(): void {
  setTimeout(speak, 1_000 - ((Date.now() - sentenceLatenessMs) % 1_000));
}

waitForSecond();
setInterval(() => {
  if (existsSync(readingsPath)) appendFileSync(hardwarePath, readFileSync(readingsPath));
}, 500);
