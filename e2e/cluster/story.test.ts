import { test } from "node:test";
import { samplesMissing } from "../../tools/kubernetes/testing/shared-samples.ts";
import { keysComeAndGo, keysMustFit } from "./story/authentication.ts";
import { classesAreTheirOwn, endedProgramReturns } from "./story/faults.ts";
import { agentsRun, isGone, isInstalled } from "./story/installation.ts";
import {
  downstreamFollows,
  metricsTell,
  pmcAsks,
  profilesRun,
  samplesAreTaken,
  statusTells,
} from "./story/profiles.ts";
import { apiServerRestarts, leaderGoes, leaseIsHeld } from "./story/outages.ts";
import { eventsAreSwitched, webhookJudges } from "./story/refusals.ts";
import { losesPorts, overrides, relabels } from "./story/selection.ts";
import { allObjects } from "./testing/installed-chart.ts";
import { authenticationMissing, openStoryWorld } from "./testing/story-world.ts";

test("the life of an installation", { timeout: 400_000 }, async (t) => {
  const world = await openStoryWorld(t);
  if (world === undefined) return;
  await world.plane.kubectl(["create", "namespace", "openshift-ptp"]);
  const before = await allObjects(world.plane);
  const tell = (text: string): void => t.diagnostic(text);
  let failed: string | undefined;
  // Each goes on where the one before ended: after a failure the others tell nothing.
  const step = (name: string, act: () => Promise<void>, missing?: string): Promise<void> =>
    t.test(name, { skip: missing ?? failed }, async () => {
      failed = `"${name}" failed`;
      await act();
      failed = undefined;
    });
  await step("it is installed", () => world.install());
  await step("V1, V2, V5, S2, S4: namespace, replicas and resources are there", () => isInstalled(world));
  await step("V3: the lease is held", () => leaseIsHeld(world));
  await step("V4, S3: an agent on every selected node", () => agentsRun(world));
  await step("samples are taken as they are", () => samplesAreTaken(world), samplesMissing());
  await step("S11, S12: profiles follow labels, and receivers take time", () => profilesRun(world));
  await step("S15: a receiver behind a boundary clock", () => downstreamFollows(world));
  await step("S10: status and NodePtpDevice are filled", () => statusTells(world));
  await step("S20: metrics", () => metricsTell(world));
  await step("S30: pmc", () => pmcAsks(world));
  await step("a relabelled node runs another profile within seconds", () => relabels(world, tell));
  await step("S14: a clock with two ports loses one, both, and its grandmaster", () => losesPorts(world));
  await step("S16: a profile of higher priority, and back", () => overrides(world));
  await step("S18, S19, S32, S33: outage of a port, class of each card", () => classesAreTheirOwn(world));
  await step("S34: a ptp4l that is ended", () => endedProgramReturns(world));
  await step("S13: keys that do not fit, and that do", () => keysMustFit(world), authenticationMissing);
  await step("S45: keys are changed, deleted, not needed any more", () => keysComeAndGo(world), authenticationMissing);
  await step("S6: admission", () => webhookJudges(world));
  await step("S7, S23, S24, S25: events on and off, versions", () => eventsAreSwitched(world));
  await step("S5: the leader goes, another leads", () => leaderGoes(world, tell));
  await step("the API server is killed and comes back", () => apiServerRestarts(world));
  await step("it is uninstalled", async () => {
    await world.uninstall();
    await isGone(world, before);
  });
});
