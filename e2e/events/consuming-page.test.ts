import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { freePort, startEvents, testNode } from "../../packages/agent/src/events/testing/events-process.ts";
import { clockValues } from "./testing/clock-values.ts";
import { commandBlocks, headingsWithCommands, paste } from "./testing/page-commands.ts";

const page = "consuming-events.md";

/** What the commands below a heading print, with a real producer whose clocks are LOCKED. */
async function printed(t: TestContext, heading: string): Promise<string> {
  const events = await startEvents(t);
  events.feed(clockValues("LOCKED"));
  await events.ready();
  const env = { EVENTS: `http://127.0.0.1:${events.port}`, NODE: testNode, PORT: String(await freePort()) };
  const text = await paste(commandBlocks(page, heading).join("\n"), env);
  const { body } = await events.call("GET", "/subscriptions");
  assert.deepEqual(JSON.parse(body), [], "nothing is left at the producer");
  return text;
}

test("all commands of the page are run here, or in a cluster", () => {
  assert.deepEqual(headingsWithCommands(page), [
    "Look",
    "Subscribe by hand",
    "Run the example",
    "In a cluster",
    "Try a producer",
  ]);
});

test("looking shows health, publishers and the current state", { timeout: 90_000 }, async (t) => {
  const text = await printed(t, "Look");
  assert.match(text, /^OK\[/);
  assert.match(text, /"source":"\/sync\/ptp-status\/lock-state".*"value":"LOCKED"/);
});

test("a subscription by hand is told the state, shown, and deleted", { timeout: 90_000 }, async (t) => {
  const text = await printed(t, "Subscribe by hand");
  assert.match(text, /"type":"event\.sync\.ptp-status\.ptp-state-change".*"value":"LOCKED"/);
  assert.match(text, /"SubscriptionId":"[0-9a-f-]{36}"/);
});

test("the example tells the states, and leaves", { timeout: 90_000 }, async (t) => {
  const text = await printed(t, "Run the example");
  assert.match(text, /^usage: node src\/main\.ts/);
  for (const words of ["ens1fx/master is LOCKED", "CLOCK_REALTIME is LOCKED", "master is SYNCHRONIZED"])
    assert.ok(text.includes(words), `${words} is not in ${text}`);
  assert.match(text, /all subscriptions are there\n[^]*unsubscribed\n$/);
});

test("the suite finds nothing to complain of", { timeout: 90_000 }, async (t) => {
  assert.match(await printed(t, "Try a producer"), /\d\d passed, 0 failed, \d+ skipped\n$/);
});
