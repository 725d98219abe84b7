import assert from "node:assert/strict";
import test from "node:test";
import { runHere, runJson } from "../testing/run-here.ts";
import { manifest, node, ordinaryClock, ptpConfig, recommend } from "../testing/manifests.ts";

const text = manifest(
  ptpConfig("strong", [ordinaryClock], [recommend("oc", 1, "w1")]),
  ptpConfig("weak", [ordinaryClock], [recommend("oc", 5, "w1"), recommend("gone", 0, "w1")]),
  ptpConfig("other", [ordinaryClock], [recommend("oc", 0, "w2")]),
  node("w1"),
  node("w2"),
);

test("tells people what runs and why, strongest verdict first", async () => {
  const { stdout, stderr, exitCode } = await runHere(["explain", "-f", "-", "--node", "w1"], text);
  assert.match(stdout, /^node {6}w1\nrevision {2}[0-9a-f]{16}\nprofiles {2}strong_oc\n/);
  const verdicts = [...stdout.matchAll(/^ {2}(taken|shadowed|rejected|not-matched) +(\S+) recommend\[(\d)\]/gm)];
  assert.deepEqual(
    verdicts.map(([, verdict, object, index]) => [verdict, object, index]),
    [
      ["taken", "PtpConfig/openshift-ptp/strong", "0"],
      ["shadowed", "PtpConfig/openshift-ptp/weak", "0"],
      ["rejected", "PtpConfig/openshift-ptp/weak", "1"],
      ["not-matched", "PtpConfig/openshift-ptp/other", "0"],
    ],
  );
  assert.match(
    stdout,
    / {2}ptp4l {2}of strong_oc\n {4}\/usr\/sbin\/ptp4l -f .*\n {4}writes \/var\/run\/ptp4l\.0\.config\n/,
  );
  // One object refers to a profile that nobody defines.
  assert.equal(exitCode, 1);
  assert.match(stderr, /PtpConfig\/openshift-ptp\/weak: ConfigValid=False \(UnresolvedProfileReference\)/);
  assert.ok(stdout.split("\n").every((line) => line.length <= 120));
});

test("as JSON has verdicts, processes and refusals", async () => {
  const bad = ptpConfig("bad", [{ name: "p", ptp4lConf: "[global]\nnoSuch 1\n" }], [recommend("p", 1, "w3")]);
  const { result, json } = await runJson(["explain", "-f", "-", "--node", "w3"], manifest(bad, node("w3")));
  assert.equal(result.exitCode, 1);
  const { explanation, refused, ...rest } = json as {
    readonly explanation: readonly { readonly verdict: string }[];
    readonly refused: readonly { readonly profile: string; readonly path: string }[];
  };
  assert.deepEqual(
    [explanation.map(({ verdict }) => verdict), refused.map(({ profile, path }) => [profile, path])],
    [["taken"], [["bad_p", "ptp4lConf[global].noSuch"]]],
  );
  assert.deepEqual(Object.keys(rest), ["node", "revision", "profiles", "conflicts", "processes"]);
});

test("a node for which nothing was written", async () => {
  const { stdout, exitCode } = await runHere(["explain", "-f", "-", "--node", "w1"], manifest(node("w1")));
  assert.equal(exitCode, 0);
  assert.match(stdout, /profiles {2}none\n\nno object recommends anything\n\nprocesses: none\n/);
});
