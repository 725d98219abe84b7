import assert from "node:assert/strict";
import type { ConformanceCase } from "../conformance-case.ts";
import { isPlaceholder, valuesOf } from "../event-problems.ts";
import { lockState, resources, syncState, type Resource } from "../resources.ts";
import { Skip, type Trial } from "../trial.ts";

function currentPath(trial: Trial, resource: Pick<Resource, "path">): string {
  return `${trial.address(resource)}/CurrentState`;
}

/** Resources that have a state now, with their first notification. */
async function known(trial: Trial): Promise<ReadonlyMap<Resource, string>> {
  const found = new Map<Resource, string>();
  for (const resource of resources) {
    const endpoint = trial.endpoint();
    await trial.subscribe(resource, endpoint);
    const body = endpoint.received[0]?.body ?? "";
    if (!isPlaceholder(body)) found.set(resource, body);
  }
  return found;
}

async function aKnown(trial: Trial): Promise<Resource> {
  const [resource] = (await known(trial)).keys();
  if (resource === undefined) throw new Skip("no resource has a state now");
  return resource;
}

interface CurrentState {
  readonly id: string;
  readonly time: string;
}

/** What can be read, and deletion. */
export const readCases: readonly ConformanceCase[] = [
  {
    id: "TC5.3.2",
    title: "the list holds each subscription as it was answered",
    run: async (trial) => {
      const endpoint = trial.endpoint();
      const made = [await trial.subscribe(lockState, endpoint), await trial.subscribe(syncState, endpoint)];
      const byId = (list: readonly { readonly SubscriptionId: string }[]) =>
        list.toSorted((a, b) => a.SubscriptionId.localeCompare(b.SubscriptionId));
      assert.deepEqual(byId(await trial.listed(endpoint.uri)), byId(made));
      const { headers } = await trial.call("GET", "/subscriptions");
      assert.match(headers["content-type"] ?? "", /^application\/json/);
    },
  },
  {
    id: "A21",
    title: "an empty list is []",
    isNew: true,
    run: async ({ call }) => {
      const { body } = await call("GET", "/subscriptions");
      const list: unknown = JSON.parse(body);
      if (Array.isArray(list) && list.length > 0) throw new Skip("others have subscriptions");
      assert.deepEqual(list, []);
    },
  },
  {
    id: "TC5.3.3",
    title: "one subscription can be read; an unknown one is 404 without text",
    run: async (trial) => {
      const made = await trial.subscribe(lockState, trial.endpoint());
      const { status, body } = await trial.call("GET", `/subscriptions/${made.SubscriptionId}`);
      assert.equal(status, 200);
      assert.deepEqual(JSON.parse(body), made);
      const unknown = await trial.call("GET", "/subscriptions/InvalidId");
      assert.deepEqual([unknown.status, unknown.body], [404, ""]);
    },
  },
  {
    id: "R13",
    title: "a subscription is deleted once (TC5.3.4), others stay",
    run: async (trial) => {
      const endpoint = trial.endpoint();
      const made = await trial.subscribe(lockState, endpoint);
      const other = await trial.subscribe(syncState, endpoint);
      const path = `/subscriptions/${made.SubscriptionId}`;
      for (const [method, status] of [
        ["DELETE", 204],
        ["DELETE", 404],
        ["GET", 404],
      ] as const) {
        const answer = await trial.call(method, path);
        assert.deepEqual(
          [answer.status, answer.body],
          [status, ""],
          `${method} answers ${answer.status}, not ${status}`,
        );
      }
      assert.deepEqual(await trial.listed(endpoint.uri), [other]);
      await trial.subscribe(lockState, endpoint);
    },
  },
  {
    id: "TC5.3.5",
    title: "all subscriptions are deleted at once, also if there are none",
    needsAlone: true,
    run: async (trial) => {
      const endpoint = trial.endpoint();
      await trial.subscribe(lockState, endpoint);
      await trial.subscribe(syncState, endpoint);
      for (let time = 0; time < 2; time += 1) {
        const { status, body } = await trial.call("DELETE", "/subscriptions");
        assert.deepEqual([status, body], [204, ""]);
        assert.deepEqual(await trial.listed(endpoint.uri), []);
      }
    },
  },
  {
    id: "TC5.3.6",
    title: "CurrentState is an event where there is a state, else 404 without text",
    run: async (trial) => {
      const withState = await known(trial);
      for (const resource of resources) {
        const answer = await trial.call("GET", currentPath(trial, resource));
        const wanted = withState.has(resource) ? 200 : 404;
        assert.equal(answer.status, wanted, `${resource.path} answers ${answer.status}, not ${wanted}`);
        if (wanted === 200) trial.checkEvent(answer, resource);
        else assert.equal(answer.body, "");
      }
      const unknown = await trial.call("GET", currentPath(trial, { path: "/sync/ptp-status/unknown" }));
      assert.deepEqual([unknown.status, unknown.body], [404, ""]);
      const bare = await trial.call("GET", `${lockState.path}/CurrentState`);
      assert.equal(bare.status, 404, `an address without node answers ${bare.status}`);
    },
  },
  {
    id: "A22",
    title: "CurrentState has the values that are pushed",
    isNew: true,
    run: async (trial) => {
      const withState = await known(trial);
      if (withState.size === 0) throw new Skip("no resource has a state now");
      for (const [resource, pushed] of withState) {
        const pulled = await trial.call("GET", currentPath(trial, resource));
        const shape = (body: string) =>
          valuesOf(body).map(({ ResourceAddress, data_type: kind }) => `${ResourceAddress} ${kind}`);
        assert.deepEqual(shape(pulled.body), shape(pushed), resource.path);
      }
    },
  },
  {
    id: "R17",
    title: "CurrentState needs nobody's subscription",
    isNew: true,
    run: async (trial) => {
      const resource = await aKnown(trial);
      await trial.leave();
      const { status } = await trial.call("GET", currentPath(trial, resource));
      assert.equal(status, 200, `without subscription it answers ${status}`);
    },
  },
  {
    id: "A23",
    title: "the time of a CurrentState is that of the change, its id is new",
    isNew: true,
    run: async (trial) => {
      const path = currentPath(trial, await aKnown(trial));
      const [first, second]: readonly CurrentState[] = [
        JSON.parse((await trial.call("GET", path)).body),
        JSON.parse((await trial.call("GET", path)).body),
      ];
      assert.equal(first?.time, second?.time, "the time is that of the question");
      assert.notEqual(first?.id, second?.id);
    },
  },
];
