import assert from "node:assert/strict";
import { test } from "node:test";
import type { HighAvailability } from "@ptp/node";
import { haSettings, type HaSettings } from "@ptp/ptp";
import fc from "fast-check";
import { at } from "../testing/machine-laws.ts";
import { initialHaChoice, stepHa, type HaChoice } from "./ha-choice.ts";
import type { SourceFacts } from "./source-health.ts";

function settingsOf(written: HighAvailability, profiles = ["bc1", "bc2"]): HaSettings {
  const read = haSettings({ enableHA: true, ...written }, profiles);
  assert.ok(read);
  return read;
}

const settings = settingsOf({});
const well: SourceFacts = { processUp: true, linkUp: true, state: "LOCKED", clockClass: 6 };

/** Runs facts of bc1 and bc2, one pair per second; undefined: nothing is told. Tells the changes. */
function run(
  seconds: readonly (readonly [bc1?: SourceFacts | undefined, bc2?: SourceFacts | undefined])[],
  from: { choice: HaChoice; ms: number } = { choice: initialHaChoice(at(0), settings), ms: 0 },
) {
  let { choice, ms } = from;
  const told: string[] = [];
  for (const pair of seconds) {
    ms += 1000;
    for (const [index, facts] of pair.entries()) {
      const profile = `bc${index + 1}`;
      const observation =
        facts === undefined ? ({ kind: "tick" } as const) : ({ kind: "source", profile, facts } as const);
      const step = stepHa(choice, observation, settings, at(ms));
      choice = step.choice;
      if (step.change)
        told.push(`${ms / 1000} s: ${step.change.from} to ${step.change.to}: ${step.change.cause.join(" < ")}`);
    }
  }
  return { choice, ms, told };
}

const repeat = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

for (const [name, broken, cause] of [
  ["loss of upstream", { ...well, state: "HOLDOVER" }, "it is HOLDOVER"],
  ["degraded class", { ...well, clockClass: 165 }, "its clock class is 165 while another source offers 6"],
  ["process death", { ...well, processUp: false }, "its ptp4l is down"],
  ["link loss", { ...well, linkUp: false }, "its port is FAULTY, as without a link"],
] as const) {
  test(`stepHa: ${name} switches over after a heartbeat and returns after the grace time`, () => {
    const good = run(repeat(15, [well, well] as const));
    assert.deepEqual(good.told, [], "the most wanted is followed from the start");
    const failed = run([[broken, well], [broken, well], ...repeat(14, [well, well] as const)], good);
    assert.deepEqual(failed.told, [
      `17 s: bc1 to bc2: bc1 failed: ${cause} < bc2 is well`,
      "28 s: bc2 to bc1: bc1 is well again and more wanted than bc2",
    ]);
  });
}

test("stepHa: a failure shorter than the heartbeat changes nothing", () => {
  const step = stepHa(
    run(repeat(15, [well, well] as const)).choice,
    source("bc1", { ...well, linkUp: false }),
    settings,
    at(15_100),
  );
  assert.deepEqual([step.change, step.nextTickMs], [undefined, 16_100]);
  const back = stepHa(step.choice, source("bc1", well), settings, at(16_000));
  assert.deepEqual([back.change, back.choice.active.value, back.nextTickMs], [undefined, "bc1", undefined]);
});

test("stepHa: a source that comes and goes is not taken back; one that failed is better than none", () => {
  const good = run(repeat(15, [well, well] as const));
  const down = { ...well, linkUp: false };
  const flapping = Array.from(
    { length: 10 },
    () =>
      [
        [down, well],
        [down, well],
        [well, well],
        [well, well],
      ] as const,
  ).flat();
  const flapped = run(flapping, good);
  assert.equal(flapped.told.length, 1);
  const both = run(
    [
      [well, down],
      [well, down],
    ],
    flapped,
  );
  assert.deepEqual(both.told, [`57 s: bc2 to bc1: bc2 failed: its port is FAULTY, as without a link < bc1 is well`]);
  const none = run(
    [
      [down, down],
      [down, down],
      [down, down],
    ],
    both,
  );
  assert.deepEqual([none.told, none.choice.active.value], [[], "bc1"]);
});

test("stepHa: equal classes fail nobody, however bad", () => {
  const poor = { ...well, clockClass: 248 };
  assert.deepEqual(run(repeat(15, [poor, poor] as const)).told, []);
});

function source(profile: string, facts: SourceFacts) {
  return { kind: "source", profile, facts } as const;
}

const facts: fc.Arbitrary<SourceFacts> = fc.record(
  {
    processUp: fc.constantFrom(true, true, false),
    linkUp: fc.constantFrom(true, true, false),
    state: fc.constantFrom("LOCKED", "LOCKED", "LOCKED", "HOLDOVER", "FREERUN", "UNKNOWN"),
    clockClass: fc.constantFrom(6, 6, 7, 248),
  },
  { requiredKeys: ["processUp", "linkUp", "state"] },
);

test("stepHa: exactly one source, changes only with a cause, ticks that are due and come to an end", () => {
  const three = settingsOf({ preferredPrimary: "b" }, ["a", "b", "c"]);
  const observations = fc.oneof(
    fc.tuple(fc.constantFrom("a", "b", "c", "other"), facts).map(([profile, each]) => source(profile, each)),
    fc.constant({ kind: "tick" } as const),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(observations, fc.nat({ max: 3000 })), { maxLength: 60 }), (sequence) => {
      let choice = initialHaChoice(at(0), three);
      let nowMs = 0;
      let nextTickMs: number | undefined;
      for (const [observation, passedMs] of sequence) {
        if (nextTickMs !== undefined && nowMs + passedMs >= nextTickMs)
          assert.equal(stepHa(choice, { kind: "tick" }, three, at(nextTickMs - 1)).change, undefined, "not before");
        nowMs += passedMs;
        const step = stepHa(choice, observation, three, at(nowMs));
        assert.deepEqual(stepHa(choice, observation, three, at(nowMs)), step);
        assert.ok(three.order.includes(step.choice.active.value));
        assert.equal(step.change !== undefined, step.choice.active.value !== choice.active.value);
        if (step.change) assert.ok(step.change.cause.length > 0 && step.change.to === step.choice.active.value);
        const health = step.choice.healthByProfile;
        const failed = health.get(step.choice.active.value)?.failure !== undefined;
        if (failed)
          assert.ok(
            [...health.values()].every(({ fault }) => fault !== undefined),
            "no better one is left",
          );
        ({ choice, nextTickMs } = step);
      }
      for (let ticks = 0; nextTickMs !== undefined; ticks += 1) {
        assert.ok(ticks < 20 && nextTickMs > nowMs);
        nowMs = nextTickMs;
        ({ choice, nextTickMs } = stepHa(choice, { kind: "tick" }, three, at(nowMs)));
      }
    }),
  );
});

test("stepHa: a source that is configured no longer is left at once", () => {
  const { choice, ms } = run(repeat(15, [well, well] as const));
  const step = stepHa(choice, { kind: "tick" }, settingsOf({}, ["bc2", "bc3"]), at(ms));
  assert.deepEqual([step.change?.to, step.change?.cause], ["bc2", ["bc1 is no longer configured"]]);
});
