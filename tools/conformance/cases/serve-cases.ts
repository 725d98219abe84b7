import assert from "node:assert/strict";
import type { ConformanceCase } from "../conformance-case.ts";
import { quickestAnswerMs } from "../quickest-answer.ts";
import { lockState, resources } from "../resources.ts";

/** What is served, and what is not. */
export const serveCases: readonly ConformanceCase[] = [
  {
    id: "R01",
    title: "health is 200 OK; other methods 405, a trailing slash 404",
    run: async ({ call }) => {
      const health = await call("GET", "/health");
      assert.equal(health.status, 200, `GET health answers ${health.status}`);
      assert.equal(health.body, "OK");
      assert.match(health.headers["content-type"] ?? "", /^text\/plain/);
      const posted = await call("POST", "/health", {});
      assert.deepEqual([posted.status, posted.body], [405, ""], `POST health answers ${posted.status}`);
      const slash = await call("GET", "/health/");
      assert.equal(slash.status, 404, `GET health/ answers ${slash.status}`);
    },
  },
  {
    id: "A01",
    title: "an unknown path is 404 with a text",
    run: async ({ call }) => {
      const { status, body, headers } = await call("GET", "/nothing/here");
      assert.equal(status, 404);
      assert.equal(body, "404 page not found\n");
      assert.equal(headers["content-type"], "text/plain; charset=utf-8");
      assert.equal(headers["x-content-type-options"], "nosniff");
    },
  },
  {
    id: "A02",
    title: "a path that is not tidy is redirected to the tidy one",
    run: async ({ call }) => {
      const { status, headers } = await call("GET", "//health");
      assert.equal(status, 301, `GET //health answers ${status}`);
      assert.match(headers.location ?? "", /\/api\/ocloudNotifications\/v2\/health$/);
    },
  },
  {
    id: "A03",
    title: "a query is no part of a path",
    run: async ({ call }) => assert.equal((await call("GET", "/health?x=1")).status, 200),
  },
  {
    id: "R03",
    title: "seven publishers with full addresses",
    run: async ({ call, address }) => {
      const { status, body } = await call("GET", "/publishers");
      assert.equal(status, 200);
      const list: readonly Readonly<Record<string, unknown>>[] = JSON.parse(body);
      const found = list.map((each) => String(each["ResourceAddress"])).toSorted();
      assert.deepEqual(found, resources.map(address).toSorted());
      for (const each of list)
        for (const key of ["EndpointUri", "SubscriptionId", "UriLocation"])
          assert.equal(typeof each[key], "string", `a publisher has no ${key}`);
    },
  },
  {
    id: "R19",
    title: "nobody can inject events or read requests",
    isNew: true,
    run: async ({ call, producer }) => {
      // In this order: where the first is answered, the others may be dangerous.
      const probes = [
        ["POST", "/dummy"],
        ["GET", "/"],
        ["POST", "/log"],
        ["POST", "/create/event"],
        ["PUT", "/subscriptions/status/none"],
        ...(producer.alone
          ? [
              ["POST", "/publishers"],
              ["DELETE", "/publishers"],
            ]
          : []),
      ] as const;
      for (const [method = "", path = ""] of probes) {
        const { status } = await call(method, path, method === "GET" ? undefined : {});
        assert.ok([401, 403, 404, 405].includes(status), `${method} ${path} answers ${status}`);
      }
    },
  },
  {
    id: "A04",
    title: "a body without end is cut off, the rest goes on",
    isNew: true,
    run: async ({ call, address, endpoint }) => {
      const padding = "x".repeat(16_777_216);
      const body = { ResourceAddress: address(lockState), EndpointUri: endpoint().uri, padding };
      const refused = await call("POST", "/subscriptions", body).then(
        ({ status }) => status,
        () => "closed",
      );
      assert.ok(refused === "closed" || refused === 400 || refused === 413, `16 MiB are answered with ${refused}`);
      assert.equal((await call("GET", "/health")).status, 200);
    },
  },
  {
    id: "A05",
    title: "link-local addresses, where clouds keep secrets, are never called",
    isNew: true,
    run: async ({ apply, address }) => {
      const quickestMs = await quickestAnswerMs(1_000, async () => {
        const answer = await apply(address(lockState), "http://169.254.169.254/latest");
        assert.equal(answer.status, 400);
        return answer;
      });
      assert.ok(quickestMs < 1_000, `it took ${quickestMs} ms and more: it was tried`);
    },
  },
];
