import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { openCallbackServer } from "./callback-server.ts";
import { reportText } from "./report-text.ts";
import { allCases, runCases, type CaseResult } from "./run-cases.ts";
import { faults, type Fault } from "./testing/faults.ts";
import { openSmallProducer } from "./testing/small-producer.ts";
import type { Producer } from "./trial.ts";

interface Setting extends Partial<Pick<Producer, "legacy" | "alone">> {
  readonly faults?: readonly Fault[];
  readonly only?: readonly string[];
  readonly cannotChange?: boolean;
}

async function results(t: TestContext, setting: Setting): Promise<readonly CaseResult[]> {
  const small = await openSmallProducer({ faults: setting.faults ?? [] });
  const server = await openCallbackServer({ host: "127.0.0.1", listenHost: "127.0.0.1", port: 0 });
  t.after(() => Promise.all([small.close(), server.close()]));
  const { legacy = false, alone = true, only, cannotChange = false } = setting;
  const producer: Producer = {
    origin: small.origin,
    nodeName: small.nodeName,
    legacy,
    alone,
    headers: {},
    ...(!cannotChange && { changeState: async (state) => small.changeState(state) }),
  };
  const cases = allCases.filter(({ id }) => only?.includes(id) ?? true);
  const found = await runCases(cases, producer, server);
  if (alone || legacy) assert.deepEqual(small.subscriptions(), [], "the suite leaves nothing behind");
  return found;
}

function ids(found: readonly CaseResult[], outcome: CaseResult["outcome"]): readonly string[] {
  return found.filter((each) => each.outcome === outcome).map(({ id }) => id);
}

test("ids of cases are unique, and each case has a fault that it sees", () => {
  const all = allCases.map(({ id }) => id);
  assert.equal(new Set(all).size, all.length);
  const seen = new Set<string>(Object.values(faults).flat());
  assert.deepEqual(
    all.filter((id) => !seen.has(id)),
    [],
  );
});

test("a good producer passes all", { timeout: 60_000 }, async (t) => {
  const found = await results(t, {});
  assert.deepEqual(ids(found, "pass").length, allCases.length, reportText(found));
});

describe("a producer with a fault", { concurrency: 8, timeout: 90_000 }, () => {
  for (const [fault, seenBy] of Object.entries(faults)) {
    test(`${fault} fails in ${seenBy.join(", ")}`, async (t) => {
      const found = await results(t, { faults: [fault as Fault], only: seenBy });
      assert.deepEqual(ids(found, "fail").toSorted(), [...seenBy].toSorted(), reportText(found));
    });
  }
});

test("what the existing producer does differently is not asked of it", { timeout: 60_000 }, async (t) => {
  const legacyFaults: readonly Fault[] = [
    "null-list",
    "any-node",
    "no-wildcards",
    "state-needs-subscription",
    "time-of-question",
    "no-retry",
    "one-queue",
    "internal-endpoints",
    "follows-redirects",
  ];
  const found = await results(t, { faults: legacyFaults, legacy: true, alone: false });
  assert.deepEqual(ids(found, "fail"), [], reportText(found));
  const unasked = allCases.filter(({ isNew, needsAlone }) => isNew ?? needsAlone).map(({ id }) => id);
  assert.deepEqual(ids(found, "skip"), unasked);
});

test("without a way to change the state, its cases are skipped with the reason", { timeout: 60_000 }, async (t) => {
  const found = await results(t, { cannotChange: true, only: ["D01", "R01"] });
  assert.deepEqual(ids(found, "skip"), ["D01"]);
  assert.match(found.find(({ id }) => id === "D01")?.detail ?? "", /needs --change PROGRAM/);
});
