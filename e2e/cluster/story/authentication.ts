import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { namespace } from "../testing/installed-chart.ts";
import { sampleProfile } from "../testing/sample-profile.ts";
import { reach, type AgentNode, type StoryWorld } from "../testing/story-world.ts";
import { clocksOf } from "./profiles.ts";

const domain = "domainNumber 25";
const port = ["spp 1", "active_key_id 3"];

/** A security association of random keys would do; readable ones show that they differ. */
const keyText = (key: string) => `[security_association]\nspp 1\nseqid_window 20\n3 SHA256 26 ${key}\n`;

const secret = (name: string, key: string) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name, namespace },
  stringData: { "ptp-security.conf": keyText(key) },
});

const using = (secretName: string) => [domain, `sa_file /etc/ptp-secret-mount/${secretName}/ptp-security.conf`];

const transmitter = () =>
  sampleProfile("conformance-test-grandmaster.yaml", {
    name: "auth-transmitter",
    global: using("keys"),
    interfaces: { ens4f0: "ens8f0" },
    lines: port,
  });

const receiver = (secretName: string) =>
  sampleProfile("conformance-test-slave1.yaml", {
    name: "auth-receiver",
    global: using(secretName),
    interfaces: { ens1f0: "ens8f0" },
    nodeLabel: "ptp/two-ports",
    lines: port,
  });

const letters = "abcdefghijklmnopqrstuvwxyz";
const otherLetters = "zyxwvutsrqponmlkjihgfedcba";

/** Two nodes with different keys never agree; with the same they do. */
export async function keysMustFit(world: StoryWorld): Promise<void> {
  const { plane } = world;
  await plane.apply([secret("keys", letters), secret("other-keys", otherLetters)]);
  await plane.apply([transmitter(), receiver("other-keys")]);
  await reach({
    what: "both run",
    see: () => [world.ptp4lPids("gm").length, world.ptp4lPids("oc").length],
    holds: (counts) => counts.join() === "2,2",
  });
  const states = new Set<string | undefined>();
  for (const endMs = performance.now() + 8_000; performance.now() < endMs; await sleep(250)) {
    states.add(await stateOf(world));
  }
  assert.ok(!states.has("LOCKED"), "64 messages with keys it does not have");
  await plane.apply([receiver("keys")]);
  await inTime(world);
}

/** New keys come without a new agent; lost ones are told, and the last ones stay in use as long as somebody wants them. */
export async function keysComeAndGo(world: StoryWorld): Promise<void> {
  const { plane } = world;
  const others = world.ptp4lPids("bc");
  await plane.apply([secret("keys", otherLetters)]);
  for (const node of ["gm", "oc"] as const) {
    await reach({
      what: `the new keys are on ${node}`,
      see: () => readKeys(world, node),
      holds: (text) => text?.includes(otherLetters) === true,
    });
  }
  await inTime(world);
  assert.deepEqual(world.ptp4lPids("bc"), others, "who does not use them is left alone");
  await plane.kubectl(["delete", "secret", "keys", "--namespace", namespace]);
  await reach({
    what: "the missing Secret is told",
    see: async () => (await world.ptpConfig("auth-receiver")).status?.conditions ?? [],
    holds: (conditions) =>
      conditions.some(({ status, message }) => status === "False" && message.includes(`${namespace}/keys`)),
  });
  assert.ok((await readKeys(world, "oc"))?.includes(otherLetters), "the last good key stays");
  await inTime(world);
  await plane.kubectl(["delete", "ptpconfig", "auth-transmitter", "auth-receiver", "--namespace", namespace]);
  await plane.kubectl(["delete", "secret", "other-keys", "--namespace", namespace]);
  await reach({
    what: "nobody wants them: they go",
    see: () => readKeys(world, "oc"),
    holds: (text) => text === undefined,
  });
}

function readKeys(world: StoryWorld, node: AgentNode): Promise<string | undefined> {
  const text = world.host(node).readFile("/etc/ptp-secret-mount/keys/ptp-security.conf");
  return text.catch(() => undefined);
}

async function stateOf(world: StoryWorld): Promise<string | undefined> {
  return (await clocksOf(world, "oc")).find(({ profile }) => profile === "auth-receiver_auth-receiver")?.state;
}

async function inTime(world: StoryWorld): Promise<void> {
  await reach(
    { what: "receiver and transmitter agree", see: () => stateOf(world), holds: (state) => state === "LOCKED" },
    world,
    "oc",
  );
}
