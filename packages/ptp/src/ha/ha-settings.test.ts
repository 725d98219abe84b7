import assert from "node:assert/strict";
import { test } from "node:test";
import { haSettings } from "./ha-settings.ts";
import { haProblems, haProfileNames } from "./high-availability.ts";

const names = ["a", "b", "c", "d"];

test("haSettings: preferred first, then by priority, then as named; a heartbeat of 0 is 1 s", () => {
  const written = { enableHA: true, preferredPrimary: "c", sourcePriority: ["b", "c"], heartBeatTimeout: 0 };
  assert.deepEqual(haSettings(written, names), {
    order: ["c", "b", "a", "d"],
    heartbeatMs: 1000,
    graceMs: 10_000,
  });
  assert.deepEqual(haSettings(written, ["a", "b"])?.order, ["b", "a"], "a profile that is not on this node");
  assert.equal(haSettings({ enableHA: true, heartBeatTimeout: 3 }, names)?.graceMs, 30_000);
});

test("haSettings: nobody decides unless enableHA is true and there is a source", () => {
  assert.equal(haSettings({ preferredPrimary: "a" }, names), undefined);
  assert.equal(haSettings({ enableHA: true }, []), undefined);
});

test("haProfileNames: in their order, each once, blanks aside", () => {
  assert.deepEqual(haProfileNames({ haProfiles: " b ,a,, b" }), ["b", "a"]);
  assert.deepEqual([haProfileNames({}), haProfileNames()], [[], []]);
});

test("haProblems: an unknown primary is refused, with the names there are", () => {
  assert.deepEqual(
    haProblems({ preferredPrimary: "x", sourcePriority: ["a", "a", "y"], heartBeatTimeout: -1 }, ["a", "b"]),
    [
      {
        path: "highAvailability.preferredPrimary",
        reason: '"x" is no profile of haProfiles; name one of them: a, b',
      },
      { path: "highAvailability.sourcePriority[1]", reason: '"a" is named twice; name it once' },
      {
        path: "highAvailability.sourcePriority[2]",
        reason: '"y" is no profile of haProfiles; name one of them: a, b',
      },
      {
        path: "highAvailability.heartBeatTimeout",
        reason: "-1 is no number of seconds from 0 to 3600; write one",
      },
    ],
  );
  assert.deepEqual(haProblems({ enableHA: true, preferredPrimary: "b" }, ["a", "b"]), []);
});

test("haProblems: choosing needs profiles to choose from, not choosing needs none", () => {
  assert.deepEqual(
    haProblems({ enableHA: true }, []).map(({ path }) => path),
    ["highAvailability.enableHA"],
  );
  assert.deepEqual(haProblems({ enableHA: false }, []), []);
});
