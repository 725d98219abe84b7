import assert from "node:assert/strict";
import test from "node:test";
import type { NodeProfile } from "@ptp/node";
import { inferClockType, interfaceSections, parseConf, renderConfFile } from "@ptp/ptp";
import { injectSettings } from "./inject-settings.ts";
import { aliasOf, interfaceAliases } from "./interface-alias.ts";
import { leapFilePath } from "./node-paths.ts";
import { profileClockType } from "./profile-clock-type.ts";
import { assignRunIds } from "./run-ids.ts";
import { startOrder } from "./start-order.ts";
import { contentOf, lineOf, planOf, processOf } from "./testing/plan-fixtures.ts";
import { sharedMissing, sharedYaml } from "./testing/shared-files.ts";

interface Vector {
  readonly id: string;
  readonly area: string;
  readonly title: string;
  readonly given: never;
  readonly expect: never;
}

/** Cases of these areas that are no rendering, with the place where they belong. */
const elsewhere: Readonly<Record<string, string>> = {
  D075: "controlledId steers the PMC monitor of the existing stack; the agent observes every ptp4l by itself",
  D076: "forms of the node file are read by @ptp/node",
  D078: "the text form of a clock identity belongs to the T-BC state machine",
  D128: "lines of phc2sys with several domains are read by @ptp/ptp and @ptp/truth",
  D149: "lines of synce4l are read by @ptp/ptp",
  D151: "synce4l metrics are made by @ptp/truth",
};

const areas: ReadonlySet<string> = new Set([
  "alias",
  "config-render",
  "clock-type",
  "profile-apply",
  "profile-input",
  "scheduling",
  "clock-id",
  "ha",
  "phc2sys-delay",
  "synce",
]);

const runners: Readonly<Record<string, (given: never, expected: never) => void>> = {
  D047: (given: { names: string[] }, expected: { aliases: string[] }) => {
    assert.deepEqual(
      given.names.map((name) => aliasOf(name)),
      expected.aliases,
    );
  },
  D049: (given: { phc_groups: Record<string, string[]> }, expected: { aliases: Record<string, string> }) => {
    const facts = Object.entries(given.phc_groups).flatMap(([phc, names]) =>
      names.map((name) => ({ name, phcIndex: Number(phc) })),
    );
    const names = facts.map(({ name }) => name);
    assert.deepEqual(interfaceAliases(names, facts), expected.aliases);
  },
  D054: runRender,
  D056: runRender,
  D058: runRender,
  D060: runRender,
  D062: (given: { cases: { conf: string; ptp4lOpts: string | null }[] }, expected: { clock_types: string[] }) => {
    const types = given.cases.map(({ conf, ptp4lOpts }) =>
      inferClockType(parseConf(conf).conf, ptp4lOpts ?? undefined),
    );
    assert.deepEqual(types, expected.clock_types);
    const profiles = given.cases.map(({ ptp4lOpts }) => ({ name: "p", ...(ptp4lOpts === null ? {} : { ptp4lOpts }) }));
    const byProfile = profiles.map((profile, index) =>
      profileClockType(profile, parseConf(given.cases[index]?.conf ?? "").conf),
    );
    assert.deepEqual(byProfile, expected.clock_types);
  },
  D064: runApply,
  D066: runApply,
  D067: (given: { cases: { policy: string; priority: bigint | null }[] }, expected: { commands: string[] }) => {
    const commands = given.cases.map(({ policy, priority }) => {
      const profile: NodeProfile = {
        name: "p",
        ptp4lOpts: "-2 -m",
        ptpSchedulingPolicy: policy === "SCHED_FIFO" ? "SCHED_FIFO" : "SCHED_OTHER",
        ...(priority === null ? {} : { ptpSchedulingPriority: Number(priority) }),
      };
      return lineOf(processOf(planOf([profile]), "ptp4l.0"));
    });
    // The vector is about the words before the command; -m keeps ours from adding one.
    assert.deepEqual(
      commands,
      expected.commands.map((command) => `${command} -m`),
    );
  },
  D069: (_given: unknown, expected: { command: string }) => {
    const profiles: NodeProfile[] = [
      { name: "profile1", ptp4lConf: "[ens1f0]" },
      { name: "profile2", ptp4lConf: "[ens2f0]" },
      { name: "z", ptp4lOpts: "", phc2sysOpts: "-a -r", ptpSettings: { haProfiles: "profile1, profile2" } },
    ];
    const argv = processOf(planOf(profiles), "phc2sys.2").argv;
    const sockets = expected.command.replace("phc2sys ", "").replaceAll(/socket(\d)/g, (_, digit: string) => {
      return `/var/run/ptp4l.${Number(digit) - 1}.socket`;
    });
    assert.equal(argv.slice(-4).join(" "), sockets);
  },
  D071: runApply,
  D073: (given: { profiles: NodeProfile[] }, expected: { order: string[]; run_ids: Record<string, bigint> }) => {
    assert.deepEqual(
      startOrder(given.profiles).map(({ name }) => name),
      expected.order,
    );
    const runIds = Object.entries(expected.run_ids).map(([name, id]) => [name, Number(id)]);
    assert.deepEqual(assignRunIds(given.profiles, {}), Object.fromEntries(runIds));
    assert.deepEqual(planOf(given.profiles).runIds, Object.fromEntries(runIds));
  },
  D132: () => {
    const profile = { name: "p", ptp4lConf: "[ens1f0]\n[global]\nslaveOnly 1", phc2sysOpts: "-a -r", ts2phcOpts: " " };
    assert.deepEqual(processOf(planOf([profile]), "phc2sys.0").startCondition, {
      kind: "offset-below",
      processes: ["ts2phc.0", "ptp4l.0"],
      limitNs: 1_000_000_000,
    });
  },
};

interface RenderGiven {
  readonly conf: string;
  readonly profile: string;
  readonly message_tag: string;
  readonly uds_address: string;
  readonly process: string;
  readonly interface: string;
  readonly node: string;
}

function runRender(
  given: RenderGiven,
  expected: { readonly rendered: string; readonly ifaces?: { readonly name: string }[] },
): void {
  const conf = injectSettings(parseConf(given.conf).conf, {
    ...(given.interface === "" ? {} : { interface: given.interface }),
    messageTag: given.message_tag,
    udsAddress: given.uds_address,
    leapFile: leapFilePath(given.node),
    needsLeapFile: given.process === "ts2phc",
  });
  assert.equal(renderConfFile(conf, { profileName: given.profile, flags: "drop" }), expected.rendered);
  if (expected.ifaces !== undefined)
    assert.deepEqual(
      interfaceSections(conf),
      expected.ifaces.map(({ name }) => name),
    );
}

interface ApplyGiven {
  readonly profile: Omit<NodeProfile, "ptpSchedulingPriority"> & { readonly ptpSchedulingPriority?: bigint };
  readonly run_id: bigint;
}

function runApply(
  { profile, run_id }: ApplyGiven,
  expected: { readonly files: Record<string, string>; readonly argv_lines: Record<string, string> },
): void {
  const { ptpSchedulingPriority: priority, ...rest } = profile;
  const typed = priority === undefined ? rest : { ...rest, ptpSchedulingPriority: Number(priority) };
  const runPlan = planOf([typed], { runIds: { [profile.name]: Number(run_id) } });
  for (const [program, line] of Object.entries(expected.argv_lines)) {
    const key = `${program}.${run_id}`;
    // No empty words where the options had two spaces.
    assert.equal(lineOf(processOf(runPlan, key)), line.replaceAll(/ +/g, " "));
    assert.equal(contentOf(runPlan, key), expected.files[`/var/run/${key}.config`]);
  }
}

const vectors = (sharedYaml("vectors/daemon.yaml") as { readonly vectors: readonly Vector[] } | undefined)?.vectors;

for (const { id, area, title, given, expect } of vectors ?? []) {
  if (!areas.has(area) || elsewhere[id] !== undefined) continue;
  test(`${id} ${title}`, () => {
    const run = runners[id];
    assert.ok(run, `${id} has no runner here and no reason why`);
    run(given, expect);
  });
}

if (vectors === undefined) test("vectors of the existing stack", (t) => t.skip(sharedMissing));
