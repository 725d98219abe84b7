import assert from "node:assert/strict";
import { test } from "node:test";
import { parseLine } from "./parse-line.ts";

test("ts2phc: a line that is glued to what 4.2 says of its list", () => {
  const glued =
    "file status failed on /etc/leap/n1: No such file or directoryFailed to update leap seconds table" +
    "ts2phc[92.032]: [ts2phc.0.config:3] nmea: unable to find utc time in leap second table";
  const { kind, uptimeS } = parseLine("ts2phc", glued) ?? {};
  assert.deepEqual([kind, uptimeS], ["source-fault", 92.032]);
  assert.equal(parseLine("ts2phc", "file status failed on /etc/leap/n1: No such file or directory"), undefined);
});
