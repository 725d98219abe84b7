import assert from "node:assert/strict";
import test from "node:test";
import type { NodeProfile } from "@ptp/node";
import { parseConf, renderConfFile } from "@ptp/ptp";
import fc from "fast-check";
import { diff } from "./diff.ts";
import type { ProcessSpec, RunPlan } from "./run-plan.ts";
import { isSameProcess } from "./same-process.ts";
import { planOf } from "./testing/plan-fixtures.ts";

const interfaceName = fc.constantFrom("ens1f0", "ens1f1", "eth0", "enP2s2f0np0.100");
const portLine = fc.constantFrom("# note", "", "masterOnly\t1", "network_transport L2");
const globalLine = fc.oneof(
  { weight: 6, arbitrary: portLine },
  { weight: 3, arbitrary: fc.constantFrom("slaveOnly 1", "domainNumber 24", "logging_level 7") },
  { weight: 1, arbitrary: fc.constantFrom("rtcsync", "domainNumber x") },
);
const section = fc
  .oneof(
    fc.tuple(interfaceName, fc.array(portLine, { maxLength: 3 })),
    fc.tuple(fc.constant("global"), fc.array(globalLine, { maxLength: 3 })),
  )
  .map(([name, lines]) => [`[${name}]`, ...lines].join("\n"));
const conf = fc.array(section, { maxLength: 4 }).map((sections) => sections.join("\n"));

const profile = fc.record(
  {
    name: fc.constantFrom("a", "b", "c", "d", "e", "f"),
    interface: interfaceName,
    ptp4lOpts: fc.constantFrom("", " ", "-2 -s", "--summary_interval=-4"),
    phc2sysOpts: fc.constantFrom("", "-a -r", "-s eth0 -w", "--max_frequency=100"),
    ts2phcOpts: fc.constantFrom("", " ", "-a -s generic"),
    synce4lOpts: fc.constantFrom("", " ", "-m"),
    chronydOpts: fc.constantFrom("", "-d", "-x"),
    timemasterOpts: fc.constantFrom("", " ", "-m", "-q  -l7"),
    ptp4lConf: conf,
    phc2sysConf: conf,
    ts2phcConf: conf,
    chronydConf: fc.constantFrom("server 10.0.0.1 iburst\nrtcsync", "", "makestep 1 3\n! note"),
    ptpSchedulingPolicy: fc.constantFrom("SCHED_FIFO" as const, "SCHED_OTHER" as const),
    ptpSchedulingPriority: fc.integer({ min: -1, max: 70 }),
    ptpSettings: fc.dictionary(
      fc.constantFrom("clockType", "haProfiles", "unitTest"),
      fc.constantFrom("T-GM", "a,b", "c"),
    ),
  },
  { requiredKeys: ["name"] },
);
const profiles = fc.uniqueArray(profile, { selector: ({ name }) => name, maxLength: 6 });

function identityOf({ processes }: { readonly processes: readonly ProcessSpec[] }): ReadonlyMap<string, ProcessSpec> {
  return new Map(processes.map((spec) => [spec.key, spec]));
}

test("every profile has one outcome, every process a place of its own", () => {
  const counts = { applied: 0, refused: 0 };
  fc.assert(
    fc.property(profiles, (list: NodeProfile[]) => {
      const runPlan = planOf(list);
      assert.deepEqual(
        runPlan.outcomes.map(({ name }) => name),
        list.map(({ name }) => name),
      );
      for (const { outcome } of runPlan.outcomes) counts[outcome] += 1;
      const keys = runPlan.processes.map(({ key }) => key);
      assert.equal(new Set(keys).size, keys.length);
      const paths = runPlan.processes.flatMap(({ files }) => files.map(({ path }) => path));
      assert.equal(new Set(paths).size, paths.length);
      for (const [index, { dependsOn }] of runPlan.processes.entries())
        for (const key of dependsOn)
          assert.ok(keys.indexOf(key) >= 0 && keys.indexOf(key) < index, `${key} comes first`);
      for (const { argv, wrapper } of runPlan.processes)
        for (const word of [...wrapper, ...argv]) assert.match(word, /^\S+$/);
    }),
  );
  assert.ok(
    counts.applied > 30 && counts.refused > 30,
    `the generator covers both outcomes: ${JSON.stringify(counts)}`,
  );
});

test("the difference of a plan to itself is empty", () => {
  fc.assert(
    fc.property(profiles, (list: NodeProfile[]) => {
      const before = planOf(list);
      assert.deepEqual(diff(identityOf(before), before), []);
      const again = planOf(list, { runIds: before.runIds, previous: before });
      assert.deepEqual(diff(identityOf(before), again), []);
    }),
  );
});

test("on a fresh node the order of the profiles does not matter", () => {
  const shuffled = profiles.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
  );
  fc.assert(
    fc.property(shuffled, ([list, other]: readonly [NodeProfile[], NodeProfile[]]) => {
      const one = planOf(list);
      const two = planOf(other);
      assert.deepEqual(two.processes, one.processes);
      assert.deepEqual(two.runIds, one.runIds);
      assert.deepEqual(two.aliasByInterface, one.aliasByInterface);
    }),
  );
});

test("a refused profile changes no process of another", () => {
  const broken = fc.constantFrom<Partial<NodeProfile>>(
    { ptp4lConf: "[global]\ndomainNumber 999", ptp4lOpts: " " },
    { ptp4lConf: "[ens1f0\nmasterOnly 1", ptp4lOpts: " " },
    { plugins: { unheardOf: {} } },
    { interface: "no such/name", ptp4lOpts: " " },
  );
  fc.assert(
    fc.property(profiles, fc.nat(), broken, (list: NodeProfile[], seed, change) => {
      fc.pre(list.length > 0);
      const index = seed % list.length;
      const victim = list[index]?.name;
      // Who waits for whom, and the ports of a ptp4l that does not run, are no part of what another process is.
      const strip = (spec: ProcessSpec): ProcessSpec => ({ ...spec, readAtStart: [], dependsOn: [] });
      const othersOf = ({ processes }: RunPlan): readonly ProcessSpec[] =>
        processes
          .filter(({ profile }) => profile !== victim)
          .map(strip)
          .toSorted((left, right) => (left.key < right.key ? -1 : 1));
      fc.pre(list[index]?.ptp4lOpts !== "");
      const healthy = planOf(list);
      const wrecked = planOf(list.map((each, at) => (at === index ? { ...each, ...change } : each)));
      assert.equal(wrecked.outcomes[index]?.outcome, "refused");
      assert.deepEqual(othersOf(wrecked), othersOf(healthy));
    }),
  );
});

test("every rendered configuration reads back as itself", () => {
  fc.assert(
    fc.property(profiles, (list: NodeProfile[]) => {
      for (const { files, profile, program } of planOf(list).processes)
        for (const { content } of files) {
          const { conf, findings } = parseConf(content);
          assert.deepEqual(findings, []);
          assert.equal(renderConfFile(conf, { profileName: profile }), content, program);
        }
    }),
  );
});

test("specs are the same process only with equal words and files", () => {
  const spec = planOf([{ name: "a", ptp4lConf: "[eth0]" }]).processes[0];
  assert.ok(spec);
  const [file] = spec.files;
  assert.ok(file);
  assert.ok(isSameProcess(spec, structuredClone(spec)));
  assert.ok(isSameProcess(spec, { ...spec, readiness: { kind: "alive" } }));
  const others: readonly Partial<ProcessSpec>[] = [
    { argv: [...spec.argv, "-q"] },
    { wrapper: ["/bin/chrt", "-f", "1"] },
    { files: [] },
    { files: [{ ...file, content: "" }] },
    { files: [{ ...file, mode: 0o600 }] },
    { readAtStart: ["ptp4l.0"] },
  ];
  for (const other of others) assert.ok(!isSameProcess(spec, { ...spec, ...other }), JSON.stringify(other));
});
