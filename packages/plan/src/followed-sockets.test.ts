import assert from "node:assert/strict";
import test from "node:test";
import type { NodeProfile } from "@ptp/node";
import { diff } from "./diff.ts";
import { lineOf, planOf, processOf, refusalOf } from "./testing/plan-fixtures.ts";

const conf = (domain: number, port: string) => `[global]\ndomainNumber ${domain}\n[${port}]`;
const dualNic: readonly NodeProfile[] = [
  { name: "cr_bc1", ptp4lConf: conf(24, "ens1f0") },
  { name: "cr_bc2", ptp4lConf: conf(25, "ens2f0") },
];
const chooser: NodeProfile = {
  name: "z-ha",
  ptp4lOpts: "",
  phc2sysOpts: "-ar -m -n 24 -n25 --uds_address /x --step_threshold=0.1 -u 1",
  ptpSettings: { haProfiles: "cr_bc1,cr_bc2,cr_gone" },
  highAvailability: { enableHA: true, preferredPrimary: "cr_bc2", sourcePriority: ["cr_gone"] },
};

const following = (source: string) => ({ sourceByProfile: new Map([["z-ha", source]]) });

test("an agent that chooses gives phc2sys one socket, with its domain; another choice is another command line alone", () => {
  const runPlan = planOf([...dualNic, chooser]);
  const line = (domain: number, socket: number) =>
    "/usr/sbin/phc2sys -f /var/run/phc2sys.2.config -a -r -m --step_threshold=0.1 -u 1 " +
    `-n ${domain} -z /var/run/ptp4l.${socket}.socket`;
  const spec = processOf(runPlan, "phc2sys.2");
  assert.equal(lineOf(spec), line(25, 1), "the preferred one");
  assert.deepEqual(spec.startCondition, { kind: "offset-below", processes: ["ptp4l.1"], limitNs: 1_000_000_000 });
  assert.deepEqual(spec.readAtStart, ["ptp4l.1 domain 25 ports ens2f0"]);

  const switched = planOf([...dualNic, chooser], { choices: following("cr_bc1"), previous: runPlan });
  assert.equal(lineOf(processOf(switched, "phc2sys.2")), line(24, 0));
  const running = new Map(runPlan.processes.map((each) => [each.key, each]));
  assert.deepEqual(
    diff(running, switched).map((action) => (action.kind === "stop" ? action : action.spec.key)),
    [{ kind: "stop", key: "phc2sys.2", reason: "config-changed" }, "phc2sys.2"],
  );
  const unknown = planOf([...dualNic, chooser], { choices: following("cr_gone") });
  assert.equal(lineOf(processOf(unknown, "phc2sys.2")), line(25, 1), "a source that is none is not followed");
});

test("enableHA false leaves the choice to phc2sys", () => {
  const spec = processOf(planOf([...dualNic, { ...chooser, highAvailability: {} }]), "phc2sys.2");
  assert.match(lineOf(spec), /-z \/var\/run\/ptp4l\.0\.socket -z \/var\/run\/ptp4l\.1\.socket$/);
});

test("a highAvailability that is wrong refuses its profile alone", () => {
  const wrong: readonly [Partial<NodeProfile>, string, RegExp][] = [
    [{ highAvailability: { preferredPrimary: "x" } }, "highAvailability.preferredPrimary", /"x" .*cr_bc1, cr_bc2/],
    [{ ptpSettings: {} }, "highAvailability.enableHA", /name them in ptpSettings haProfiles.*preferredPrimary: /],
    [{ phc2sysOpts: "-s ens1f0 -w" }, "phc2sysOpts", /write -a -r, or set enableHA false/],
  ];
  for (const [change, path, reason] of wrong) {
    const runPlan = planOf([...dualNic, { ...chooser, ...change }]);
    const refusal = refusalOf(runPlan, "z-ha");
    assert.equal(refusal.path, path);
    assert.match(refusal.reason, reason);
    assert.deepEqual(
      runPlan.processes.map(({ key }) => key),
      ["ptp4l.0", "ptp4l.1"],
    );
  }
});
