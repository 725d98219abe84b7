import { silentLogger } from "@ptp/kit";
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { ApiRequest } from "../connection/api-client.ts";
import { fromStatus } from "../connection/api-error.ts";
import type { KubeObject } from "../objects/kube-object.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { createEventRecorder } from "./event-recorder.ts";
import type { Happening } from "./happening.ts";

const regarding: KubeObject = { apiVersion: "v1", kind: "Pod", metadata: { name: "a", namespace: "n" } };
const happening = (note: string): Happening => ({ regarding, type: "Normal", reason: "R", action: "A", note });

function setUp(t: TestContext, statuses: readonly number[], waiting = 500) {
  const clock = createVirtualClock();
  const answers = [...statuses];
  const sent: string[] = [];
  const request = async ({ path, body }: ApiRequest) => {
    const status = answers.shift() ?? 201;
    if (status !== 201) throw fromStatus(status, {}, { method: "POST", path });
    sent.push(`${path} ${(body as { note: string }).note}`);
    return {};
  };
  const source = { controller: "c", instance: "i" };
  const recorder = createEventRecorder({ client: { request }, source, log: silentLogger, clock, waiting });
  t.after(() => recorder.stop());
  return { clock, recorder, sent };
}

const path = "/apis/events.k8s.io/v1/namespaces/n/events";

test("events are sent in order, transitions only, also what came before the start", async (t) => {
  const { clock, recorder, sent } = setUp(t, []);
  for (const note of ["1", "1", "2"]) recorder.record(happening(note));
  await recorder.start(new AbortController().signal);
  await clock.advance(0);
  recorder.record(happening("3"));
  await clock.advance(0);
  assert.deepEqual(sent, [`${path} 1`, `${path} 2`, `${path} 3`]);
});

test("a busy API server is asked again, one that refuses is not", async (t) => {
  const { clock, recorder, sent } = setUp(t, [503, 429, 201, 403]);
  await recorder.start(new AbortController().signal);
  recorder.record(happening("1"));
  recorder.record(happening("2"));
  recorder.record(happening("3"));
  await clock.advance(60_000);
  assert.deepEqual(sent, [`${path} 1`, `${path} 3`]);
  assert.equal(recorder.dropped(), 1);
});

test("an API server that is away costs a bounded number of events, and nobody waits", async (t) => {
  const { clock, recorder, sent } = setUp(t, Array<number>(1000).fill(503), 3);
  await recorder.start(new AbortController().signal);
  for (let note = 0; note < 9; note += 1) recorder.record(happening(String(note)));
  await clock.advance(100_000);
  assert.deepEqual([sent, recorder.dropped()], [[], 9]);
});

test("stop ends a wait between two tries", async (t) => {
  const { clock, recorder } = setUp(t, [503]);
  await recorder.start(new AbortController().signal);
  recorder.record(happening("1"));
  await clock.advance(0);
  await recorder.stop();
  assert.equal(recorder.dropped(), 1);
});
