import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessReport } from "@ptp/node";
import { upOrDown } from "./watched-plan.ts";

const report = (state: ProcessReport["state"]): ProcessReport => {
  const lastExit = "crashed: phc2sys.2 ended by SIGKILL after 8.0 s";
  const key = { key: "phc2sys.2", program: "phc2sys", profile: "p", configName: "phc2sys.2.config" } as const;
  return { ...key, state, starts: 2, sinceUnixMs: 0, lastExit };
};

test("upOrDown: a process that is down says how it ended, one that is stopping not how it ended before", () => {
  assert.deepEqual(upOrDown(report("running")), { kind: "process-up" });
  const causes = (["backoff", "stopped", "stopping"] as const).map((state) => upOrDown(report(state)));
  assert.deepEqual(
    causes.map((each) => ("detail" in each ? each.detail : "")),
    [
      "phc2sys is down, restarting: crashed: phc2sys.2 ended by SIGKILL after 8.0 s",
      "phc2sys is stopped: crashed: phc2sys.2 ended by SIGKILL after 8.0 s",
      "phc2sys is stopping",
    ],
  );
});
