import assert from "node:assert/strict";
import type { Endpoint } from "../callback-server.ts";
import type { ConformanceCase } from "../conformance-case.ts";
import { quickestAnswerMs } from "../quickest-answer.ts";
import { valuesOf } from "../event-problems.ts";
import { lockState, syncState } from "../resources.ts";
import { eventually, type Trial } from "../trial.ts";

/** State that an event tells. */
function stateOf(body: string): string | undefined {
  return valuesOf(body).find(({ data_type: kind }) => kind === "notification")?.value;
}

function idOf(body: string): string {
  const event: { readonly id: string } = JSON.parse(body);
  return event.id;
}

function timeOf(body: string): number {
  const event: { readonly time: string } = JSON.parse(body);
  return Date.parse(event.time);
}

/** An endpoint that is told of a clock that is LOCKED, with nothing under way. */
async function lockedEndpoint(trial: Trial): Promise<Endpoint> {
  await trial.change("FREERUN");
  const probe = trial.endpoint();
  await trial.subscribe(lockState, probe);
  await trial.change("LOCKED");
  await untilTold(probe, "LOCKED");
  const endpoint = trial.endpoint();
  await trial.subscribe(lockState, endpoint);
  return endpoint;
}

async function untilTold({ received }: Endpoint, state: string): Promise<void> {
  await eventually(async () =>
    assert.equal(stateOf(received.at(-1)?.body ?? "null"), state, `the last event does not say ${state}`),
  );
}

/** Pushed events; all need a state that can be changed. */
export const deliveryCases: readonly ConformanceCase[] = [
  {
    id: "D01",
    title: "changes arrive in their order, each once, to the letter",
    run: async (trial) => {
      const endpoint = await lockedEndpoint(trial);
      const states = ["FREERUN", "LOCKED", "FREERUN", "LOCKED", "FREERUN"] as const;
      // At once: each is told though the next is there before the endpoint has answered.
      for (const state of states) await trial.change(state);
      const events = (await endpoint.count(1 + states.length)).slice(1);
      assert.deepEqual(
        events.map(({ body }) => stateOf(body)),
        states,
      );
      for (const event of events) trial.checkEvent(event, lockState);
      const times = events.map(({ body }) => timeOf(body));
      assert.deepEqual(
        times,
        times.toSorted((a, b) => a - b),
        "times go backwards",
      );
      assert.equal(new Set(events.map(({ body }) => idOf(body))).size, states.length, "two events have one id");
    },
  },
  {
    id: "S01",
    title: "what does not change is not told",
    run: async (trial) => {
      const endpoint = await lockedEndpoint(trial);
      await trial.change("LOCKED");
      await trial.change("LOCKED");
      await trial.change("FREERUN");
      await untilTold(endpoint, "FREERUN");
      assert.deepEqual(
        endpoint.received.map(({ body }) => stateOf(body)),
        ["LOCKED", "FREERUN"],
      );
    },
  },
  {
    id: "I03",
    title: "an event has the same id for all",
    run: async (trial) => {
      const first = await lockedEndpoint(trial);
      const second = trial.endpoint();
      await trial.subscribe(lockState, second);
      await trial.change("FREERUN");
      const [one, two] = [(await first.count(2))[1], (await second.count(2))[1]];
      assert.equal(idOf(one?.body ?? ""), idOf(two?.body ?? ""));
    },
  },
  {
    id: "A31",
    title: "a subscriber gets what it subscribed to, and nothing after it left",
    run: async (trial) => {
      const endpoint = await lockedEndpoint(trial);
      const [made] = await trial.listed(endpoint.uri);
      const other = trial.endpoint();
      await trial.subscribe(syncState, other);
      await trial.call("DELETE", `/subscriptions/${made?.SubscriptionId}`);
      const witness = trial.endpoint();
      await trial.subscribe(lockState, witness);
      await trial.change("FREERUN");
      await witness.count(2);
      assert.equal(endpoint.received.length, 1, "events came after the subscription was deleted");
      for (const event of other.received) trial.checkEvent(event, syncState);
    },
  },
  {
    id: "A32",
    title: "CurrentState follows a change",
    run: async (trial) => {
      await lockedEndpoint(trial);
      await trial.change("FREERUN");
      await eventually(async () => {
        const { body } = await trial.call("GET", `${trial.address(lockState)}/CurrentState`);
        assert.equal(stateOf(body), "FREERUN");
      });
    },
  },
  {
    id: "A33",
    title: "refusing events costs nobody a subscription",
    run: async (trial) => {
      const endpoint = await lockedEndpoint(trial);
      endpoint.answer({ status: 500 });
      await trial.change("FREERUN");
      await endpoint.count(2);
      assert.equal((await trial.listed(endpoint.uri)).length, 1);
    },
  },
  {
    id: "A34",
    title: "an event that was refused comes again, the same",
    isNew: true,
    run: async (trial) => {
      const endpoint = await lockedEndpoint(trial);
      endpoint.answer({ status: 503 });
      await trial.change("FREERUN");
      await endpoint.count(2);
      endpoint.answer({ status: 204 });
      const [, refusedEvent, again] = await endpoint.count(3);
      assert.equal(again?.body, refusedEvent?.body);
    },
  },
  {
    id: "A35",
    title: "a subscriber that hangs delays nobody",
    isNew: true,
    run: async (trial) => {
      const hanging = await lockedEndpoint(trial);
      const healthy = trial.endpoint();
      await trial.subscribe(lockState, healthy);
      hanging.answer({ status: 204, delayMs: 10_000 });
      let state: "LOCKED" | "FREERUN" = "LOCKED";
      const quickestMs = await quickestAnswerMs(1_500, async () => {
        const startMs = performance.now();
        for (let changes = 0; changes < 3; changes++) {
          state = state === "LOCKED" ? "FREERUN" : "LOCKED";
          const count = healthy.received.length;
          await trial.change(state);
          await healthy.count(count + 1);
        }
        return { tookMs: (healthy.received.at(-1)?.atMs ?? 0) - startMs };
      });
      assert.ok(quickestMs < 1_500, `three changes took ${quickestMs} ms and more beside a subscriber that hangs`);
    },
  },
];
