import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import type { NodePtpDeviceStatus } from "@ptp/api";
import { builtInLeapList, ntpSOf, renderLeapList, type LeapList } from "@ptp/ptp";
import { parse } from "yaml";
import { metricValue } from "../tools/demo/world/metrics-text.ts";
import { agentArguments, type World } from "../tools/demo/world/world.ts";
import { documents, openWorld } from "./testing/open-world.ts";
import { until } from "./testing/reach.ts";

const sha1Hex = (ascii: string): string => createHash("sha1").update(ascii, "ascii").digest("hex");
const dayMs = 86_400_000;
const limitMs = 90_000;

/** A stand-in that reads its list as ts2phc does, of which the real one needs a hardware clock. */
const programs = join(import.meta.dirname, "../packages/agent/src/leap/testing/bin");

const leapAtMs = Math.ceil(Date.now() / dayMs + 30) * dayMs;
const withLeap: LeapList = {
  updatedNtpS: ntpSOf(Date.now()) - 3600,
  expiresNtpS: ntpSOf(leapAtMs) + 300 * 86_400,
  leapSeconds: [...builtInLeapList.leapSeconds, { ntpS: ntpSOf(leapAtMs), taiMinusUtcS: 38 }],
};

async function give(world: World, key: string, list: string): Promise<void> {
  const metadata = { name: "leap-configmap", namespace: "openshift-ptp" };
  await world.config.write(
    "leap.json",
    JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata, data: { [key]: list } }),
  );
}

async function statusOf(world: World): Promise<NodePtpDeviceStatus> {
  const text = await world.config.status("NodePtpDevice.openshift-ptp.n1.yaml");
  const { status } = (text === undefined ? {} : parse(text)) as { readonly status?: NodePtpDeviceStatus };
  return status ?? {};
}

async function reasonIs(world: World, reason: string): Promise<string> {
  let message = "";
  await until(`LeapSecondsKnown says ${reason}`, async () => {
    const known = (await statusOf(world)).conditions?.find(({ type }) => type === "LeapSecondsKnown");
    message = known?.message ?? "";
    return known?.reason === reason;
  });
  return message;
}

test("a receiver tells of a leap second: its node knows at once, and after the agent was killed", async (t) => {
  const world = await openWorld(t, { topology: { nodes: ["n1"], cables: [] }, documents: documents("leap-seconds") });
  if (world === undefined) return;
  world.operator.start();
  const { host } = world.node("n1");
  await host.run(["mkfifo", "/run/readings"]);
  const argv = [...agentArguments("n1", "4.2").slice(0, -1), `${programs}:/usr/sbin:/usr/bin:/sbin:/bin`];
  const start = () => host.spawn([...argv, "--simulated-hardware", "/run/readings"], { env: { NODE_NAME: "n1" } });
  const first = start();
  await first.log.waitFor(/list with 28 leap seconds/, limitMs);

  const days = Math.round((leapAtMs - Date.UTC(1980, 0, 6)) / dayMs);
  const [eventGpsWeek, eventGpsDay] = [Math.floor(days / 7), days % 7];
  const next = { secondsToEvent: Math.floor((leapAtMs - Date.now()) / 1000), eventGpsWeek, eventGpsDay, valid: 3 };
  const indication = { currentSource: 2, currentLeapS: 18, changeS: 1, ...next };
  const line = JSON.stringify({ t: 0, source: "leap", observation: { kind: "indication", indication } });
  await host.run(["sh", "-c", 'echo "$1" > /run/readings', "sh", line]);
  await first.log.waitFor(/updating leap seconds file: 29/, limitMs);
  assert.match(await host.run(["cat", "/etc/leap/n1"]), / 38 {4}#/);

  await until(
    "it is durable",
    async () => (await host.run(["sh", "-c", "cat /var/lib/ptp-agent/leap.json || true"])) !== "",
  );
  await first.kill("SIGKILL");
  await first.exited;
  await host.run(["rm", "/etc/leap/n1"]);
  const second = start();
  await second.log.waitFor(/list with 29 leap seconds/, limitMs);
  await second.stop();
});

test("a list in leap-configmap reaches ts2phc in seconds, and restarts nothing", async (t) => {
  const world = await openWorld(t, { topology: { nodes: ["n1"], cables: [] }, documents: documents("leap-seconds") });
  if (world === undefined) return;
  world.operator.start();
  const node = world.node("n1");
  const argv = [...agentArguments("n1", "4.2").slice(0, -1), `${programs}:/usr/sbin:/usr/bin:/sbin:/bin`];
  const agent = node.host.spawn(argv, { env: { NODE_NAME: "n1" } });
  const list = () => node.host.run(["cat", "/etc/leap/n1"]);
  const ts2phc = async () => (await statusOf(world)).processes?.find(({ program }) => program === "ts2phc");

  await reasonIs(world, "Succeeded");
  await until("ts2phc runs", async () => (await ts2phc())?.pid !== undefined);
  const before = await ts2phc();
  assert.doesNotMatch(await list(), / 38 {4}#/);

  await give(world, "leap-seconds.list", renderLeapList(withLeap, sha1Hex));
  await agent.log.waitFor(/updating leap seconds file: 29/, limitMs);
  assert.match(await list(), / 38 {4}#/);
  await until("the status tells of it", async () => (await statusOf(world)).leapSeconds?.origin === "config");

  await give(world, "n1", renderLeapList({ ...withLeap, expiresNtpS: ntpSOf(Date.now() + 20 * dayMs) }, sha1Hex));
  assert.match(await reasonIs(world, "LeapListExpiring"), /expires on .*: give the node a newer one/);
  await until("the metric tells when it expires", async () => {
    const name = "ptp_leap_list_expiry_timestamp_seconds";
    const expiry = metricValue((await node.metrics()) ?? [], name, { origin: "config" });
    return expiry !== undefined && expiry * 1000 < Date.now() + 21 * dayMs;
  });

  await give(world, "n1", "<html>not found</html>\n");
  assert.match(
    await reasonIs(world, "LeapListRefused"),
    /line 1: "<html>not found<\/html>" is not "<seconds since 1900>/,
  );
  assert.match(await list(), / 38 {4}#/);

  await world.config.remove("leap.json");
  await reasonIs(world, "Succeeded");
  assert.doesNotMatch(await list(), / 38 {4}#/);
  await until("the status tells the offset of now", async () => (await statusOf(world)).leapSeconds?.utcOffset === 37);

  const after = await ts2phc();
  assert.deepEqual([after?.pid, after?.starts], [before?.pid, before?.starts], "one run of ts2phc");
  await agent.stop();
});
