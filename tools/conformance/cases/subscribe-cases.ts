import assert from "node:assert/strict";
import type { ConformanceCase } from "../conformance-case.ts";
import { quickestAnswerMs } from "../quickest-answer.ts";
import { lockState, resources, syncState } from "../resources.ts";
import { basePath, type Trial } from "../trial.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const infoKeys = ["ResourceAddress", "EndpointUri", "SubscriptionId", "UriLocation"];

/** A refusal has no body and leaves nothing behind. */
async function refused(trial: Trial, body: string | object, status: number): Promise<void> {
  const answer = await trial.call("POST", "/subscriptions", body);
  const shown = (typeof body === "string" ? body : JSON.stringify(body)).slice(0, 120);
  assert.equal(answer.status, status, `${shown} is answered with ${answer.status}, not ${status}`);
  assert.equal(answer.body, "", `${shown} is refused with a body: ${answer.body.slice(0, 80)}`);
}

/** POST /subscriptions: its checks in their order, and what is made. */
export const subscribeCases: readonly ConformanceCase[] = [
  {
    id: "TC5.3.1.1",
    title: "an empty body is refused with 400 without text",
    run: (trial) => refused(trial, "", 400),
  },
  {
    id: "TC5.3.1.2",
    title: "what is not an object of texts is refused with 400",
    run: async (trial) => {
      const { uri } = trial.endpoint();
      const good = { ResourceAddress: trial.address(lockState), EndpointUri: uri };
      const texts = ["null", "[]", '"text"', JSON.stringify(good).slice(0, -1), `[${JSON.stringify(good)}]`];
      for (const text of texts) await refused(trial, text, 400);
      await refused(trial, { ...good, ResourceAddress: 7 }, 400);
      await refused(trial, { ...good, EndpointUri: {} }, 400);
    },
  },
  {
    id: "R05",
    title: "both addresses are needed",
    run: async (trial) => {
      const ResourceAddress = trial.address(lockState);
      await refused(trial, { ResourceAddress }, 400);
      await refused(trial, { ResourceAddress, EndpointUri: "" }, 400);
      await refused(trial, { EndpointUri: trial.endpoint().uri }, 400);
      await refused(trial, { EndpointUri: trial.endpoint().uri, ResourceAddress: "" }, 400);
    },
  },
  {
    id: "A11",
    title: "an EndpointUri that is no URI is refused before the resource is looked up",
    run: (trial) => refused(trial, { ResourceAddress: trial.address({ path: "/x" }), EndpointUri: "http://[::1" }, 400),
  },
  {
    id: "TC5.3.1.3",
    title: "an unknown resource is refused with 404, and nobody is called",
    run: async (trial) => {
      const endpoint = trial.endpoint();
      const ResourceAddress = trial.address({ path: "/sync/ptp-status/unknown" });
      await refused(trial, { ResourceAddress, EndpointUri: endpoint.uri }, 404);
      assert.equal(endpoint.received.length, 0, "the endpoint was called");
    },
  },
  {
    id: "R07",
    title: "an endpoint that nobody serves is refused with 400, nothing stays",
    run: async (trial) => {
      const EndpointUri = "http://127.0.0.1:1/conformance";
      await refused(trial, { ResourceAddress: trial.address(lockState), EndpointUri }, 400);
      assert.deepEqual(await trial.listed(EndpointUri), []);
    },
  },
  {
    id: "A12",
    title: "an endpoint must answer 204 to the first notification",
    run: async (trial) => {
      for (const status of [200, 202, 400, 404, 500]) {
        const endpoint = trial.endpoint({ status });
        await refused(trial, { ResourceAddress: trial.address(lockState), EndpointUri: endpoint.uri }, 400);
        assert.equal(
          endpoint.received.length,
          1,
          `${endpoint.received.length} calls to an endpoint that says ${status}`,
        );
        assert.deepEqual(await trial.listed(endpoint.uri), []);
      }
    },
  },
  {
    id: "A13",
    title: "redirects of an endpoint are not followed",
    isNew: true,
    run: async (trial) => {
      const other = trial.endpoint();
      const endpoint = trial.endpoint({ status: 307, location: other.uri });
      await refused(trial, { ResourceAddress: trial.address(lockState), EndpointUri: endpoint.uri }, 400);
      assert.equal(other.received.length, 0, "the redirect was followed");
    },
  },
  {
    id: "R09",
    title: "a slow endpoint is given up after 2 s",
    run: async (trial) => {
      const endpoint = trial.endpoint({ status: 204, delayMs: 4_000 });
      const quickestMs = await quickestAnswerMs(3_000, async () => {
        const answer = await trial.apply(trial.address(lockState), endpoint.uri);
        assert.equal(answer.status, 400);
        assert.ok(answer.tookMs > 1_800, `it took ${Math.round(answer.tookMs)} ms`);
        return answer;
      });
      assert.ok(quickestMs < 3_000, `it took ${quickestMs} ms and more`);
    },
  },
  {
    id: "R11",
    title: "a subscription is answered with its document (TC5.3.1)",
    run: async (trial) => {
      const EndpointUri = trial.endpoint().uri;
      const ResourceAddress = trial.address(lockState);
      const request = {
        ResourceAddress,
        EndpointUri: ` ${EndpointUri} `,
        SubscriptionId: "mine",
        UriLocation: "x",
        y: 1,
      };
      const { status, body, headers } = await trial.call("POST", "/subscriptions", request);
      assert.equal(status, 201);
      assert.match(headers["content-type"] ?? "", /^application\/json/);
      const info: Readonly<Record<string, unknown>> = JSON.parse(body);
      assert.deepEqual(Object.keys(info).toSorted(), infoKeys.toSorted());
      assert.equal(info["ResourceAddress"], ResourceAddress);
      assert.equal(info["EndpointUri"], EndpointUri, "spaces around EndpointUri are no part of it");
      assert.match(String(info["SubscriptionId"]), uuid);
      assert.ok(String(info["UriLocation"]).endsWith(`${basePath}/subscriptions/${String(info["SubscriptionId"])}`));
    },
  },
  {
    id: "TC5.3.1.4",
    title: "the same again is refused with 409, and nobody is called",
    run: async (trial) => {
      const endpoint = trial.endpoint();
      await trial.subscribe(lockState, endpoint);
      await refused(trial, { ResourceAddress: trial.address(lockState), EndpointUri: endpoint.uri }, 409);
      assert.equal(endpoint.received.length, 1, "the endpoint was called again");
      assert.equal((await trial.listed(endpoint.uri)).length, 1);
    },
  },
  {
    id: "TC5.3.1.5",
    title: "another endpoint for the same resource, another resource for the same endpoint: both are new",
    run: async (trial) => {
      const [first, second] = [trial.endpoint(), trial.endpoint()];
      const made = [
        await trial.subscribe(lockState, first),
        await trial.subscribe(lockState, second),
        await trial.subscribe(syncState, first),
      ];
      assert.equal(new Set(made.map(({ SubscriptionId }) => SubscriptionId)).size, 3);
    },
  },
  {
    id: "I01",
    title: "each of the seven is told at once, before the answer, to the letter",
    run: async (trial) => {
      const ids = new Set<unknown>();
      for (const resource of resources) {
        const endpoint = trial.endpoint();
        const answer = await trial.apply(trial.address(resource), endpoint.uri);
        assert.equal(answer.status, 201, `${resource.path} is answered with ${answer.status}`);
        const [first] = endpoint.received;
        assert.ok(first !== undefined, `${resource.path}: nothing came before the answer`);
        assert.equal(endpoint.received.length, 1, `${resource.path}: ${endpoint.received.length} notifications`);
        assert.equal(first.method, "POST");
        assert.equal(first.headers["content-length"], String(Buffer.byteLength(first.body)), "no Content-Length");
        trial.checkEvent(first, resource);
        const event: { readonly id: unknown } = JSON.parse(first.body);
        ids.add(event.id);
      }
      assert.equal(ids.size, resources.length, "events share an id");
    },
  },
  {
    id: "R15",
    title: "another node, or none, is refused with 404",
    isNew: true,
    run: async (trial) => {
      for (const ResourceAddress of [
        `/cluster/node/not-${trial.producer.nodeName}${lockState.path}`,
        lockState.path,
        `${trial.address(lockState)}-extended`,
      ])
        await refused(trial, { ResourceAddress, EndpointUri: trial.endpoint().uri }, 404);
    },
  },
  {
    id: "A14",
    title: "`.` is this node, an inner address is all below it",
    isNew: true,
    run: async (trial) => {
      const dot = trial.endpoint();
      const inner = trial.endpoint();
      assert.equal((await trial.apply(`/cluster/node/.${lockState.path}`, dot.uri)).status, 201, "`.` is refused");
      const [first] = await dot.count(1);
      assert.ok(first);
      trial.checkEvent(first, lockState);
      assert.equal((await trial.apply(trial.address({ path: "/sync" }), inner.uri)).status, 201, "/sync is refused");
      const sources = (await inner.count(resources.length)).map(({ body }) => {
        const event: { readonly source: string } = JSON.parse(body);
        return event.source;
      });
      assert.deepEqual(sources.toSorted(), resources.map(({ path }) => path).toSorted());
    },
  },
];
