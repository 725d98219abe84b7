import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";
import { captureLogger, createHttpPart, type Part } from "@ptp/kit";
import { eventually } from "../process/testing/fixture.ts";
import { retriedPart } from "./retried-part.ts";

test("a port in use does not end the program; the part serves once it is free", async (t) => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
  const address = holder.address();
  assert.ok(address !== null && typeof address !== "string");
  const errors: string[] = [];
  const log = captureLogger((_level, _message, fields) => void errors.push(String(fields["error"])));
  const routes = { "GET /healthz": () => ({ status: 200, body: "ok" }) };
  const part = createHttpPart({ name: "probes", host: "127.0.0.1", port: address.port, routes, log });
  const retried = retriedPart(part, log, 20);
  await retried.start(new AbortController().signal);
  t.after(() => retried.stop());
  await eventually("two failures", () => errors.length >= 2);
  assert.match(errors[0] ?? "", /probes cannot listen on 127\.0\.0\.1:\d+: another process listens there/);
  await new Promise<void>((resolve) => holder.close(() => resolve()));
  const url = `http://127.0.0.1:${address.port}/healthz`;
  let body = "";
  const ask = async (): Promise<void> => {
    body = await fetch(url).then(
      (reply) => reply.text(),
      () => "",
    );
  };
  const timer = setInterval(() => void ask(), 20);
  t.after(() => clearInterval(timer));
  await eventually("it serves", () => body === "ok");
});

test("a part that never served is not stopped", async () => {
  let stops = 0;
  const part: Part = {
    name: "p",
    start: () => Promise.reject(new Error("no")),
    stop: () => Promise.resolve(void (stops += 1)),
  };
  const retried = retriedPart(
    part,
    captureLogger(() => undefined),
    10,
  );
  await retried.start(new AbortController().signal);
  await retried.stop();
  assert.equal(stops, 0);
});
