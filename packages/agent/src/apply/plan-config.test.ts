import assert from "node:assert/strict";
import { test } from "node:test";
import type { HostFacts, NodeConfig, NodeProfile, NodeSecret } from "@ptp/node";
import { fromStateJson, toStateJson } from "../state-dir/state-json.ts";
import { planAccepted, planConfig, type InForce } from "./plan-config.ts";

const facts: HostFacts = {
  nodeName: "n",
  programs: { ptp4l: { path: "/usr/sbin/ptp4l", version: "4.4" } },
  interfaces: [{ name: "eth0" }],
};

const profile: NodeProfile = {
  name: "a",
  ptp4lOpts: "-2",
  ptp4lConf: "[global]\nsa_file /etc/ptp-secret-mount/keys/sa\n[eth0]\nspp 1\n",
};

const key = (content: Uint8Array): NodeSecret => ({ secret: "keys", key: "sa", content });
const good = key(new TextEncoder().encode("spp 1\n"));
const noText = key(new Uint8Array([0xff, 0xfe]));

function next(previous: InForce | undefined, secrets: readonly NodeSecret[], profiles = [profile]): InForce {
  const config: NodeConfig = { nodeName: "n", profiles, hardware: [], plugins: [], secrets };
  const offer = { issued: { revision: "r", config }, dropped: [] };
  return planConfig(offer, { facts, previous, runIds: {}, idsInUse: new Set([0]) });
}

function restarted({ accepted }: InForce): InForce {
  return planAccepted(fromStateJson(JSON.parse(JSON.stringify(toStateJson(accepted)))).state, facts);
}

const keyOf = ({ plan }: InForce): string | undefined =>
  plan.processes[0]?.files.find(({ path }) => path === "/etc/ptp-secret-mount/keys/sa")?.content;

test("the last good key of a Secret that is gone stays, also over restarts", () => {
  const first = next(undefined, [good]);
  assert.equal(keyOf(first), "spp 1\n");
  assert.deepEqual(first.accepted.keptSecrets, []);
  const gone = next(first, []);
  assert.deepEqual(gone.accepted.keptSecrets, [good]);
  const again = restarted(restarted(gone));
  assert.equal(keyOf(again), "spp 1\n");
  assert.deepEqual(again.plan.processes, gone.plan.processes);
});

test("so does one whose successor cannot be used: its profile goes on as it ran", () => {
  const rotated = next(next(undefined, [good]), [noText]);
  assert.equal(rotated.outcomes[0]?.outcome, "refused");
  assert.equal(keyOf(rotated), "spp 1\n");
  const again = restarted(rotated);
  assert.equal(again.outcomes[0]?.outcome, "refused");
  assert.equal(keyOf(again), "spp 1\n");
});

test("a key that comes again is taken, and one that no process uses is forgotten", () => {
  const gone = restarted(next(next(undefined, [good]), []));
  const back = next(gone, [key(new TextEncoder().encode("spp 1\n# new\n"))]);
  assert.equal(keyOf(back), "spp 1\n# new\n");
  assert.deepEqual(back.accepted.keptSecrets, []);
  assert.deepEqual(next(gone, [], []).accepted.keptSecrets, []);
});
