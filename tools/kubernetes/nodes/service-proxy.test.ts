import assert from "node:assert/strict";
import { test } from "node:test";
import { endpointsOf } from "./service-proxy.ts";

test("endpointsOf gives the ready endpoints of all slices", () => {
  const slices = [
    { endpoints: null, ports: null },
    {
      endpoints: [
        { addresses: ["10.88.1.2"], conditions: { ready: true } },
        { addresses: ["10.88.2.2"], conditions: { ready: false } },
        { addresses: ["10.88.2.3"] },
      ],
      ports: [{ port: 8443 }],
    },
    { endpoints: [{ addresses: ["10.88.1.9"] }], ports: [] },
  ];
  assert.deepEqual(endpointsOf(slices), ["10.88.1.2 8443", "10.88.2.3 8443"]);
  assert.deepEqual(endpointsOf([]), []);
});
