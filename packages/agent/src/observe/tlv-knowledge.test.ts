import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "@ptp/kit";
import type { HostFacts } from "@ptp/node";
import type { Ptp4lInstance } from "@ptp/plan";
import { createTlvKnowledge } from "./tlv-knowledge.ts";
import type { ManagementQueries } from "./management-queries.ts";

const facts: HostFacts = { nodeName: "n", programs: { ptp4l: { path: "/usr/sbin/ptp4l" } }, interfaces: [] };
const instance: Ptp4lInstance = {
  key: "ptp4l.0",
  profile: "p",
  configName: "ptp4l.0.config",
  socketPath: "/nowhere",
  domainNumber: 24,
  clockType: "BC",
  interfaces: [],
};

test("createTlvKnowledge: a refusal is a fact until another ptp4l knows better; silence is none", async () => {
  let answer: "unsupported" | "timeout" | "replies" = "timeout";
  const told: (readonly string[] | undefined)[] = [];
  const get: ManagementQueries["get"] = (_instance, id) =>
    Promise.resolve(
      answer === "unsupported" && id === "EXTERNAL_GRANDMASTER_PROPERTIES_NP"
        ? { kind: answer }
        : answer === "timeout"
          ? { kind: answer }
          : { kind: "replies", replies: [] },
    );
  const knowledge = createTlvKnowledge({
    queries: { get },
    onChange: () => told.push(knowledge.complete(facts).programs.ptp4l?.missingTlvs),
    log: silentLogger,
  });
  await knowledge.learn(instance);
  assert.equal(knowledge.complete(facts), facts);
  answer = "unsupported";
  await knowledge.learn(instance);
  await knowledge.learn(instance);
  answer = "timeout";
  await knowledge.learn(instance);
  assert.deepEqual(told, [["EXTERNAL_GRANDMASTER_PROPERTIES_NP"]]);
  answer = "replies";
  await knowledge.learn(instance);
  assert.deepEqual(told, [["EXTERNAL_GRANDMASTER_PROPERTIES_NP"], undefined]);
});
