import type { PtpOperatorConfig } from "@ptp/api";
import assert from "node:assert/strict";
import { namespace } from "../testing/installed-chart.ts";
import { sampleProfile } from "../testing/sample-profile.ts";
import { reach, type StoryWorld } from "../testing/story-world.ts";
import { agentPods } from "./installation.ts";

const ours = `/apis/ptp.openshift.io/v1/namespaces/${namespace}`;
const configPath = `${ours}/ptpoperatorconfigs/default`;
const services = `/api/v1/namespaces/${namespace}/services`;

/** The webhook takes what the suite takes, and refuses the rest by field; nothing of a refused object is stored. */
export async function webhookJudges(world: StoryWorld): Promise<void> {
  const { api } = world.plane;
  const post = (ptpSettings: Readonly<Record<string, string>>, more: object = {}) => {
    const { profile = [], recommend = [] } =
      sampleProfile("conformance-test-slave1.yaml", { name: "judged" }).spec ?? {};
    const spec = { profile: profile.map((each) => ({ ...each, ptpSettings, ...more })), recommend };
    const object = {
      apiVersion: "ptp.openshift.io/v1",
      kind: "PtpConfig",
      metadata: { name: "judged", namespace },
      spec,
    };
    return api.request("POST", `${ours}/ptpconfigs?dryRun=All`, object);
  };
  await post({ haProfiles: "test_profile_bc1,test_profile_bc2" });
  await assert.rejects(post({ haProfiles: "one two" }), /vptpconfig.*haProfiles/);
  await assert.rejects(post({ noSuchSetting: "1" }), /vptpconfig.*noSuchSetting/);
  await assert.rejects(post({ clockType: "OC" }), /vptpconfig.*clockType/);
  const fifo = { ptpSchedulingPolicy: "SCHED_FIFO", ptpSchedulingPriority: null };
  await assert.rejects(post({}, fifo), /ptpSchedulingPriority/);
}

/** A version of events that is not served is refused, and changes nothing; events themselves go on and off. */
export async function eventsAreSwitched(world: StoryWorld): Promise<void> {
  const { api } = world.plane;
  const read = async () => (await api.request("GET", configPath)) as PtpOperatorConfig;
  const switchTo = (enableEventPublisher: boolean, apiVersion: string | null = null) =>
    api.request("PATCH", configPath, { spec: { ptpEventConfig: { enableEventPublisher, apiVersion } } }, mergePatch);
  const [before, pods] = [(await read()).spec, await agentPods(world)];
  for (const version of ["1.0", "boo"]) {
    await assert.rejects(switchTo(true, version), /vptpoperatorconfig.*apiVersion/);
  }
  assert.deepEqual((await read()).spec, before);
  const counted = (count: number) => ({
    what: `${count} event Services`,
    see: async () => {
      const { items } = (await api.request("GET", services)) as {
        readonly items: readonly { metadata: { name: string } }[];
      };
      return items.filter(({ metadata }) => metadata.name.startsWith("ptp-event-publisher-service-")).length;
    },
    holds: (seen: number) => seen === count,
  });
  for (const version of ["2.0", null]) {
    await switchTo(true, version);
    assert.equal((await read()).spec?.ptpEventConfig?.enableEventPublisher, true);
    await reach(counted(3));
    await switchTo(false, version);
    assert.equal((await read()).spec?.ptpEventConfig?.enableEventPublisher, false);
    await reach(counted(0));
  }
  assert.deepEqual(await agentPods(world), pods, "no agent was restarted");
}

const mergePatch = "application/merge-patch+json";
