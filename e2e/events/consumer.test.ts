import assert from "node:assert/strict";
import { test } from "node:test";
import { startConsumer } from "../../examples/consumer/test/consumer-program.ts";
import { freePort, startEvents, testFolder, testNode } from "../../packages/agent/src/events/testing/events-process.ts";
import { clockValues } from "./testing/clock-values.ts";

test("the example follows a producer through changes, a kill, and a lost store", { timeout: 240_000 }, async (t) => {
  const [port, storePath] = [await freePort(), await testFolder(t)];
  const first = await startEvents(t, { port, storePath });
  first.feed(clockValues("FREERUN"));
  await first.ready();
  const words = ["--node", testNode, "--producer", `http://127.0.0.1:${port}`, "--port", String(await freePort())];
  const consumer = startConsumer(t, [...words, "--check-seconds", "1"]);
  await consumer.says(/all subscriptions are there/);
  consumer.clear();
  first.feed(clockValues("LOCKED"));
  await consumer.says(/lock-state: .*ens1fx\/master is LOCKED since/);
  await consumer.says(/sync-state: .*sync-state is LOCKED since/);

  await first.kill();
  await consumer.says(/no events now: /);
  consumer.clear();
  const second = await startEvents(t, { port, storePath });
  second.feed(clockValues("FREERUN"));
  await consumer.says(/lock-state: .*ens1fx\/master is FREERUN since/);
  await consumer.says(/all subscriptions are there/);
  assert.ok(!consumer.lines().some((line) => line.endsWith(": subscribed")), "the subscriptions were kept");

  await second.kill();
  await consumer.says(/no events now: /);
  consumer.clear();
  const third = await startEvents(t, { port, storePath: await testFolder(t) });
  third.feed(clockValues("LOCKED"));
  await consumer.says(/lock-state: subscribed$/);
  await consumer.says(/lock-state: .*ens1fx\/master is LOCKED since/);
  await consumer.says(/all subscriptions are there/);

  assert.equal(await consumer.end(), 0);
  assert.deepEqual(JSON.parse((await third.call("GET", "/subscriptions")).body), []);
});
