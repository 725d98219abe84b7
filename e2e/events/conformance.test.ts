import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventValue } from "@ptp/truth";
import { startEvents, testNode } from "../../packages/agent/src/events/testing/events-process.ts";
import { openCallbackServer } from "../../tools/conformance/callback-server.ts";
import { reportText } from "../../tools/conformance/report-text.ts";
import { allCases, runCases } from "../../tools/conformance/run-cases.ts";

/** A node with values for all seven resources. */
function valuesOf(state: "LOCKED" | "FREERUN"): readonly EventValue[] {
  const reason = { cause: ["test"], sinceUnixMs: Date.now() };
  return [
    { resource: "sync-state", state, ...reason },
    { resource: "lock-state", name: "ens1fx", state, offsetNs: -5, ...reason },
    { resource: "os-clock-sync-state", name: "CLOCK_REALTIME", state, offsetNs: 12, ...reason },
    { resource: "clock-class", name: "ens1fx", clockClass: 6, ...reason },
    { resource: "gnss-sync-status", name: "ens7fx", state: "SYNCHRONIZED", gpsFix: 3, offsetNs: 5, ...reason },
    { resource: "synce-lock-state", name: "synce1/ens7f0", state: "LOCKED", ...reason },
    { resource: "synce-clock-quality", name: "synce1/ens7f0", ql: 1, extendedQl: 32, ...reason },
  ];
}

for (const kind of ["with all clocks", "without PTP"] as const) {
  test(`the suite passes against the events process ${kind}`, { timeout: 120_000 }, async (t) => {
    const events = await startEvents(t);
    const server = await openCallbackServer({ host: "127.0.0.1", listenHost: "127.0.0.1", port: 0 });
    t.after(() => server.close());
    events.feed(kind === "without PTP" ? [] : valuesOf("FREERUN"));
    await events.ready();
    const results = await runCases(
      allCases,
      {
        origin: new URL(`http://127.0.0.1:${events.port}`),
        nodeName: testNode,
        legacy: false,
        alone: true,
        headers: {},
        ...(kind === "with all clocks" && { changeState: async (state) => events.feed(valuesOf(state)) }),
      },
      server,
    );
    const bad = results.filter(({ outcome }) => outcome === "fail");
    assert.deepEqual(bad, [], reportText(results));
    const skipped = results.filter(({ outcome }) => outcome === "skip").length;
    assert.ok(kind === "without PTP" ? skipped > 0 : skipped === 0, reportText(results));
  });
}
