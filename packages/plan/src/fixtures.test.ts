import assert from "node:assert/strict";
import test from "node:test";
import type { NodeProfile } from "@ptp/node";
import { defaultHostFacts } from "./default-host-facts.ts";
import { contentOf, lineOf, planOf, processOf } from "./testing/plan-fixtures.ts";
import { sharedMissing, sharedYaml } from "./testing/shared-files.ts";

/** Profiles of the existing stack's own tests, all of which it renders. */
const names = [
  "e825-tbc",
  "e825-tgm",
  "profile-t-tsc",
  "profile-tbc",
  "profile-tbc-no-input-delays",
  "profile-tbc-tr",
  "profile-tbc-tt",
  "profile-tgm",
  "profile-tgm-old",
  "synce-follower-profile",
  "synce-profile",
  "synce-profile-bad-order",
  "synce-profile-custom-id",
  "synce-profile-dual",
  "synce-profile-no-ifaces",
];

/** As YAML has it: numbers where the custom resource wants text. */
interface LooseProfile extends Omit<NodeProfile, "ptpSettings" | "ptpSchedulingPriority"> {
  readonly ptpSettings?: Readonly<Record<string, string | bigint>> | null;
  readonly ptpSchedulingPriority?: bigint;
}

function load(name: string): NodeProfile | undefined {
  const profile = sharedYaml(`data/daemon/profiles/${name}.yaml`) as LooseProfile | undefined;
  if (profile === undefined) return undefined;
  const settings = Object.entries(profile.ptpSettings ?? {}).map(([key, value]) => [key, String(value)]);
  const { ptpSettings: _, ptpSchedulingPriority: priority, ...rest } = profile;
  return {
    ...rest,
    ptpSettings: Object.fromEntries(settings),
    ...(priority === undefined ? {} : { ptpSchedulingPriority: Number(priority) }),
  };
}

for (const name of names) {
  test(`${name} is planned`, (t) => {
    const profile = load(name);
    if (profile === undefined) return t.skip(sharedMissing);
    const runPlan = planOf([profile], { facts: defaultHostFacts("node1") });
    assert.deepEqual(runPlan.outcomes, [{ name: profile.name, outcome: "applied" }]);
    for (const spec of runPlan.processes) assert.deepEqual(spec.wrapper, ["/bin/chrt", "-f", "10"]);
    assert.match(contentOf(runPlan, "ptp4l.0"), /^#profile: .+\n\n\[/);
    if (profile.plugins !== undefined) assert.equal(runPlan.hardwareUnsupported?.length, 1);
  });
}

test("the SyncE grandmaster runs six programs in order", (t) => {
  const profile = load("synce-profile");
  if (profile === undefined) return t.skip(sharedMissing);
  const runPlan = planOf([{ ...profile, ptpSettings: { "clockId[ens7f0]": "5799633565433967748" } }]);
  assert.deepEqual(
    runPlan.processes.map(({ key }) => key),
    ["gpsd.0", "gpspipe.0", "ts2phc.0", "synce4l.0", "ptp4l.0", "phc2sys.0"],
  );
  assert.match(lineOf(processOf(runPlan, "gpsd.0")), /-N \/dev\/gnss1$/);
  assert.match(contentOf(runPlan, "synce4l.0"), /dnu_prio 0XFF\nclock_id 5799633565433967748\n\[ens7f0\]\n/);
});
