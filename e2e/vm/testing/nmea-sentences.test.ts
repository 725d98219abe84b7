import assert from "node:assert/strict";
import { test } from "node:test";
import { nmeaSentences } from "./nmea-sentences.ts";

test("nmeaSentences tells the second that has begun, and whether there is a fix", () => {
  const [rmc, gga] = nmeaSentences(Date.UTC(2026, 10, 21, 9, 8, 7, 950), true).split("\r\n");
  assert.equal(rmc, "$GNRMC,090807.00,A,4807.03800,N,01131.00000,E,0.004,,211126,,,A,V*13");
  assert.match(gga ?? "", /^\$GNGGA,090807\.00,.*,E,1,12,/);
  assert.match(nmeaSentences(0, false), /^\$GNRMC,000000\.00,V,.*,010170,,,N,V\*/);
});
