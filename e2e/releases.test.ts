import assert from "node:assert/strict";
import { test } from "node:test";
import { runsItsConfig, takesTime } from "../tools/demo/scenario/milestones.ts";
import { nodeOf } from "../tools/demo/world/snapshot.ts";
import { documents, openWorld } from "./testing/open-world.ts";
import { ordinaryProfile } from "./testing/ordinary-profile.ts";
import { milestone, reach } from "./testing/reach.ts";

const linuxptp = { oc1: "3.1.1", oc2: "4.4" };

test("linuxptp 3.1.1 and 4.4 side by side: each node's own release decides, and both take time", async (t) => {
  const world = await openWorld(t, { documents: documents("releases"), linuxptp });
  if (world === undefined) return;
  world.start();
  // clientOnly came with 4.x.
  const profile = { interface: "oc0", nodeLabel: "ptp/role=ordinary" };
  await world.config.write("all.yaml", ordinaryProfile({ ...profile, name: "all", lines: ["clientOnly 1"] }));
  const now = await reach(world, [
    runsItsConfig("oc2"),
    takesTime(world, "bc"),
    takesTime(world, "oc2"),
    milestone("oc1 refuses it", (now) => outcomes(nodeOf(now, "oc1").status).join() === "all_oc refused"),
  ]);
  const [refused] = nodeOf(now, "oc1").status.profiles;
  assert.match(`${refused?.path} ${refused?.reason}`, /ptp4lConf.*line 2\b.*clientOnly/);
  assert.match(refused?.reason ?? "", /3\.1\.1/);

  await world.config.write("all.yaml", ordinaryProfile({ ...profile, name: "all", lines: ["slaveOnly 1"] }));
  const after = await reach(world, [
    runsItsConfig("oc1"),
    runsItsConfig("oc2"),
    takesTime(world, "oc1"),
    takesTime(world, "oc2"),
  ]);
  for (const name of ["oc1", "oc2"]) assert.deepEqual(outcomes(nodeOf(after, name).status), ["all_oc applied"]);
});

function outcomes({ profiles }: { profiles: readonly { name: string; outcome: string }[] }): readonly string[] {
  return profiles.map(({ name, outcome }) => `${name} ${outcome}`);
}
