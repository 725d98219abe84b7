import assert from "node:assert/strict";
import { test } from "node:test";
import { Registry } from "prom-client";
import { createManagementMetrics } from "./management-metrics.ts";

test("createManagementMetrics: counts answers, regained answers and writes while a ptp4l is there", async () => {
  const registry = new Registry();
  const metrics = createManagementMetrics(registry, "w1");
  metrics.follow(["ptp4l.0.config"]);
  metrics.noteSilence("ptp4l.0.config");
  metrics.noteAnswer("ptp4l.0.config", 0.0002);
  const labels = 'process="ptp4l",node="w1",config="ptp4l.0.config"';
  const value = async (name: string, more = ""): Promise<string | undefined> => {
    const text = await registry.metrics();
    return text.split("\n").find((line) => line.startsWith(`${name}{${labels}${more}}`));
  };
  assert.match((await value("ptp_management_reconnects_total")) ?? "", / 0$/, "its start is no reconnect");
  metrics.noteSilence("ptp4l.0.config");
  metrics.noteSilence("ptp4l.0.config");
  metrics.noteAnswer("ptp4l.0.config", 0.3);
  metrics.noteWrite("ptp4l.0.config", "failed");
  metrics.setPending("ptp4l.0.config", 2);
  assert.match((await value("ptp_management_reconnects_total")) ?? "", / 1$/);
  assert.match((await value("ptp_management_round_trip_seconds_count")) ?? "", / 2$/);
  assert.match((await value("ptp_announce_writes_total", ',result="failed"')) ?? "", / 1$/);
  assert.match((await value("ptp_announce_writes_total", ',result="written"')) ?? "", / 0$/);
  assert.match((await value("ptp_announce_pending_writes")) ?? "", / 2$/);
  metrics.follow([]);
  metrics.noteAnswer("ptp4l.0.config", 0.1);
  metrics.setPending("ptp4l.0.config", 1);
  assert.doesNotMatch(await registry.metrics(), /w1/);
});
