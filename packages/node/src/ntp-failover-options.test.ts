import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "./json.ts";
import { ntpFailoverOptions } from "./ntp-failover-options.ts";

const both = { name: "p", phc2sysOpts: "-a -r", chronydOpts: "-n" };
const options = (ntpfailover: JsonObject, profile: object = both) =>
  ntpFailoverOptions({ ...both, ...profile, plugins: { ntpfailover } });

test("ntpFailoverOptions: durations as Go writes them, defaults for what is absent or no duration", () => {
  assert.deepEqual(options({ gnssFailover: true }), { toleranceMs: 5_000, startupDelayMs: 90_000 });
  assert.deepEqual(options({ gnssFailover: true, ts2phcTolerance: "1.5s", startupDelay: "1m30s500ms" }), {
    toleranceMs: 1_500,
    startupDelayMs: 90_500,
  });
  for (const bad of ["", "5", "s", "-1s", "5 s", 5])
    assert.equal(options({ gnssFailover: true, ts2phcTolerance: bad })?.toleranceMs, 5_000, String(bad));
});

test("ntpFailoverOptions: nothing without the option, or without one of the programs", () => {
  assert.equal(options({}), undefined);
  assert.equal(options({ gnssFailover: false }), undefined);
  assert.equal(options({ gnssFailover: true }, { chronydOpts: "" }), undefined);
  assert.equal(options({ gnssFailover: true }, { phc2sysOpts: "" }), undefined);
  assert.equal(ntpFailoverOptions(both), undefined);
});
