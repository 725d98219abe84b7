import assert from "node:assert/strict";
import { resourcesOf } from "../../../packages/agent/src/events/resource-address.ts";
import {
  clientIdOf,
  isUriReference,
  readSubscriptionRequest,
} from "../../../packages/agent/src/events/subscription.ts";
import { sharedFiles, texts } from "../corpus.ts";
import type { FuzzTarget } from "../fuzz-target.ts";

/** Bodies and addresses that consumers send to the events API. */
export const apiBodies: FuzzTarget = {
  name: "api-bodies",
  title:
    "readSubscriptionRequest and resourcesOf: a request that is taken has both addresses, an address its resources",
  seeds: () => [
    ...sharedFiles("events", /\.json$/).map((file) => file.subarray(0, 8_000)),
    ...texts(
      '{"ResourceAddress":"/cluster/node/w1/sync/ptp-status/lock-state","EndpointUri":"http://consumer:9085/event"}',
      '{"ResourceAddress":"/././sync","EndpointUri":"https://[::1]:1/","SubscriptionId":null,"UriLocation":""}',
      "/*/w1/sync/sync-status/os-clock-sync-state",
    ),
  ],
  prepare: () => (input) => {
    const request = readSubscriptionRequest(input);
    const address = request?.resourceAddress ?? Buffer.from(input).toString("utf8");
    const resources = resourcesOf(address, "w1");
    assert.notEqual(resources?.length, 0, "an address means something or is none");
    if (request === undefined) return;
    assert.ok(request.resourceAddress !== "" && request.endpointUri.trim() !== "", "both are there");
    isUriReference(request.endpointUri);
    assert.match(clientIdOf(request.endpointUri), /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  },
};
