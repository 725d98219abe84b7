import assert from "node:assert/strict";
import { test } from "node:test";
import { ownExposition, readExposition } from "./exposition.ts";

test("ownExposition: only well-formed lines of the process's own families", () => {
  const good = [
    "# HELP cne_api_subscriptions Subscriptions there are",
    "# TYPE cne_api_subscriptions gauge",
    'cne_api_subscriptions{status="failed to create"} 1',
    "ptp_events_retries_total 0",
    'ptp_events_delivery_seconds_bucket{le="+Inf",class="first"} 3',
    'cne_events_received{type="/cluster/node/a\\"b",status="x"} 1.5e-7',
  ];
  const bad = [
    'openshift_ptp_clock_state{process="ptp4l",node="w1",iface="a"} 1',
    "# TYPE openshift_ptp_clock_state gauge",
    'cne_x{a="b"} 1 # openshift_ptp_clock_state 1',
    "cne_x one",
    'cne_x{a="b} 1',
    "",
  ];
  assert.equal(ownExposition([...good, ...bad].join("\n")), `${good.join("\n")}\n`);
});

test("readExposition: a JSON text, or nothing", () => {
  assert.equal(readExposition(JSON.stringify("cne_x 1\n")), "cne_x 1\n");
  for (const line of ["cne_x 1", "{}", "7", ""]) assert.equal(readExposition(line), undefined);
});
