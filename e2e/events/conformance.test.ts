import assert from "node:assert/strict";
import { test } from "node:test";
import { startEvents, testNode } from "../../packages/agent/src/events/testing/events-process.ts";
import { openCallbackServer } from "../../tools/conformance/callback-server.ts";
import { reportText } from "../../tools/conformance/report-text.ts";
import { allCases, runCases } from "../../tools/conformance/run-cases.ts";
import { clockValues } from "./testing/clock-values.ts";

for (const kind of ["with all clocks", "without PTP"] as const) {
  test(`the suite passes against the events process ${kind}`, { timeout: 120_000 }, async (t) => {
    const events = await startEvents(t);
    const server = await openCallbackServer({ host: "127.0.0.1", listenHost: "127.0.0.1", port: 0 });
    t.after(() => server.close());
    events.feed(kind === "without PTP" ? [] : clockValues("FREERUN"));
    await events.ready();
    const results = await runCases(
      allCases,
      {
        origin: new URL(`http://127.0.0.1:${events.port}`),
        nodeName: testNode,
        legacy: false,
        alone: true,
        headers: {},
        ...(kind === "with all clocks" && { changeState: async (state) => events.feed(clockValues(state)) }),
      },
      server,
    );
    const bad = results.filter(({ outcome }) => outcome === "fail");
    assert.deepEqual(bad, [], reportText(results));
    const skipped = results.filter(({ outcome }) => outcome === "skip").length;
    assert.ok(kind === "without PTP" ? skipped > 0 : skipped === 0, reportText(results));
  });
}
