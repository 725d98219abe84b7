import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createQuestion, type Question, type Reply } from "./question.ts";

interface Bench {
  readonly question: Question<string>;
  /** One for each time of asking, in order. */
  readonly tries: PromiseWithResolvers<Reply<string>>[];
  readonly lateAnswers: () => number;
  readonly pass: (ms: number) => Promise<void>;
}

function bench(t: TestContext): Bench {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const tries: Bench["tries"] = [];
  let nowMs = 0;
  let lateAnswers = 0;
  const question = createQuestion<string>({
    ask: () => {
      const next = Promise.withResolvers<Reply<string>>();
      tries.push(next);
      return next.promise;
    },
    awaitMs: 2_000,
    onLateAnswer: () => void (lateAnswers += 1),
    monotonicMs: () => nowMs,
  });
  const pass = async (ms: number): Promise<void> => {
    nowMs += ms;
    t.mock.timers.tick(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { question, tries, lateAnswers: () => lateAnswers, pass };
}

test("createQuestion: who is answered in time is asked once, by however many", async (t) => {
  const { question, tries, lateAnswers, pass } = bench(t);
  const both = Promise.all([question.answer(), question.answer()]);
  await pass(1_999);
  tries[0]?.resolve({ isLate: false, told: "4.2" });
  assert.deepEqual(await both, ["4.2", "4.2"]);
  await pass(10_000_000);
  assert.equal(await question.answer(), "4.2");
  assert.equal(tries.length, 1);
  assert.equal(lateAnswers(), 0);
});

test("createQuestion: only the first wait is one, and the answer to it is told of when it comes", async (t) => {
  const { question, tries, lateAnswers, pass } = bench(t);
  const first = question.answer();
  await pass(2_000);
  assert.equal(await first, undefined);
  // No time passes for these: they wait for nothing.
  for (let i = 0; i < 10; i++) assert.equal(await question.answer(), undefined);
  assert.equal(tries.length, 1, "it is being asked");
  tries[0]?.resolve({ isLate: false, told: "4.2" });
  await pass(0);
  assert.equal(lateAnswers(), 1);
  assert.equal(await question.answer(), "4.2");
  assert.equal(tries.length, 1);
});

test("createQuestion: who is late is asked again after growing pauses, without being waited for", async (t) => {
  const { question, tries, lateAnswers, pass } = bench(t);
  const first = question.answer();
  tries[0]?.resolve({ isLate: true });
  assert.equal(await first, undefined);
  const pausesMs = [10_000, 20_000, 40_000];
  for (const [index, pauseMs] of pausesMs.entries()) {
    await pass(pauseMs - 1);
    assert.equal(await question.answer(), undefined);
    assert.equal(tries.length, index + 1, `not within ${pauseMs} ms`);
    await pass(1);
    assert.equal(await question.answer(), undefined);
    assert.equal(tries.length, index + 2, `after ${pauseMs} ms`);
    if (index === 0) tries[1]?.reject(new Error("no memory"));
    else if (index === 1) tries[2]?.resolve({ isLate: true });
    await pass(0);
  }
  tries[3]?.resolve({ isLate: false, told: "4.4" });
  await pass(0);
  assert.equal(lateAnswers(), 1);
  assert.equal(await question.answer(), "4.4");
});

test("createQuestion: who never answers is asked every hour at last", async (t) => {
  const { question, tries, pass } = bench(t);
  for (let i = 0; i < 40; i++) {
    const answer = question.answer();
    tries.at(-1)?.resolve({ isLate: true });
    assert.equal(await answer, undefined);
    await pass(0);
    await pass(3_600_000);
  }
  assert.equal(tries.length, 40);
});
