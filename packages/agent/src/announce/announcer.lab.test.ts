import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { silentLogger } from "@ptp/kit";
import { tgmSettings, type AnnouncePlan } from "@ptp/truth";
import { createTlvKnowledge } from "../observe/tlv-knowledge.ts";
import { eventually, missing, openClient, startBoundaryClock } from "../observe/testing/real-clocks.ts";
import { createAnnouncePort } from "./announce-port.ts";
import { createAnnouncer } from "./announcer.ts";

const utc = { currentUtcOffsetS: 37, leap61: false, leap59: false };
const time = { monotonicMs: () => performance.now(), random: Math.random };

for (const release of ["3.1.1", "4.2", "4.4"]) {
  test(`ptp4l ${release}: announces what it was told, after a restart too; what it cannot is said`, async (t) => {
    const reason = await missing(release);
    if (reason !== undefined) {
      t.skip(reason);
      return;
    }
    const { gm, bc, client, dir } = await startBoundaryClock(t, release);
    // As the agent's queries, but patient: a write whose answer is late is none that failed.
    const queries = await openClient(t, join(dir, "announcer"));
    const written: string[] = [];
    const announcer = createAnnouncer({
      ...time,
      port: createAnnouncePort(
        queries,
        (name) => [gm, bc].find(({ instance }) => instance.configName === name)?.instance,
      ),
      metrics: { noteWrite: (name, result) => written.push(`${name} ${result}`), setPending: () => undefined },
      onNotices: () => undefined,
      log: silentLogger,
    });
    t.after(() => announcer.stop());
    const heard = (clockClass: number) => async (): Promise<boolean> => {
      const parent = await client.get(bc.target, "PARENT_DATA_SET");
      return parent.kind === "replies" && parent.replies[0]?.body.grandmasterClockClass === clockClass;
    };
    await eventually(heard(6), "the class of the grandmaster's file");
    const value = tgmSettings(7, 0x23, utc);
    const plan: AnnouncePlan = [{ kind: "grandmaster-settings", configName: gm.instance.configName, value }];
    announcer.want(plan);
    await eventually(heard(7), "the class that was wanted");
    await eventually(() => Promise.resolve(written.length > 0), "it is told that it was written");
    assert.deepEqual(written, ["gm.config written"]);

    await gm.stop();
    gm.start();
    await eventually(async () => (await client.get(gm.target, "DEFAULT_DATA_SET")).kind === "replies", "it runs again");
    announcer.restarted(gm.instance.configName);
    await eventually(async () => {
      const settings = await client.get(gm.target, "GRANDMASTER_SETTINGS_NP");
      return settings.kind === "replies" && settings.replies[0]?.body.clockClass === 7;
    }, "it is written again");
    await eventually(() => Promise.resolve(written.length > 1), "it is told again");
    assert.deepEqual(written, ["gm.config written", "gm.config written"]);

    const knowledge = createTlvKnowledge({ queries, onChange: () => undefined, log: silentLogger });
    const facts = { nodeName: "n", programs: { ptp4l: { path: "ptp4l" } }, interfaces: [] };
    await knowledge.learn(gm.instance);
    assert.deepEqual(knowledge.complete(facts).programs.ptp4l?.missingTlvs, ["EXTERNAL_GRANDMASTER_PROPERTIES_NP"]);
    const own = await client.get(bc.target, "DEFAULT_DATA_SET");
    assert.ok(own.kind === "replies" && own.replies[0] !== undefined);
    const external = { grandmasterIdentity: own.replies[0].body.clockIdentity, stepsRemoved: 0 };
    const { configName } = bc.instance;
    announcer.want([
      { kind: "external-grandmaster", configName, value: external },
      { kind: "grandmaster-settings", configName, value },
    ]);
    const told = /^bc\.config does not announce .* this ptp4l does not know it$/;
    await eventually(() => Promise.resolve(told.test(announcer.notices()[0] ?? "")), "a notice");
  });
}
