import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeView } from "@ptp/truth";
import { Registry } from "prom-client";
import { createSamplePublisher } from "./publish-samples.ts";

const empty: NodeView = { nodeName: "w1", ptpClocks: [], systemClocks: [], processes: [], aliasByInterface: {} };

test("createSamplePublisher: a series vanishes with what it describes, counters keep their value", async () => {
  const registry = new Registry();
  const publisher = createSamplePublisher(registry);
  const process = {
    key: "ptp4l.0",
    program: "ptp4l",
    profile: "p",
    configName: "ptp4l.0.config",
    state: "running",
    pid: 1,
    starts: 3,
    sinceUnixMs: 0,
    lastExit: "",
  } as const;
  publisher.publish({ ...empty, processes: [process] });
  publisher.publish({ ...empty, processes: [process] });
  const text = await registry.metrics();
  assert.match(text, /^openshift_ptp_process_restart_count\{process="ptp4l",node="w1",config="ptp4l\.0\.config"\} 3$/m);
  assert.match(text, /^# TYPE openshift_ptp_process_restart_count counter$/m);
  assert.match(text, /^openshift_ptp_process_status\{process="ptp4l",node="w1",config="ptp4l\.0\.config"\} 1$/m);
  publisher.publish(empty);
  assert.doesNotMatch(await registry.metrics(), /w1/);
});
