import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { silentLogger } from "@ptp/kit";
import type { HostFacts, NodeProfile, ProgramFacts, RefusedProfile, Result } from "@ptp/node";
import type { PlanAction, ProcessSpec, RunChoices } from "@ptp/plan";
import { createSupervisor, type Supervisor } from "../process/supervisor.ts";
import { eventually, fixturePath } from "../process/testing/fixture.ts";
import { loadAcceptedState, saveAcceptedState, type AcceptedState } from "../state-dir/accepted-state.ts";
import { createApplier, type Applier } from "./applier.ts";

interface Bench {
  readonly applier: Applier;
  readonly supervisor: Supervisor;
  readonly directory: string;
  readonly programs: Record<string, ProgramFacts>;
  readonly interfaces: { name: string }[];
  readonly offer: (
    revision: string,
    profiles: readonly NodeProfile[],
    dropped?: readonly RefusedProfile[],
  ) => Promise<Result>;
  readonly pid: (key: string) => number | undefined;
}

async function bench(
  t: TestContext,
  given: { directory?: string; save?: (state: AcceptedState) => Promise<void>; choices?: () => RunChoices } = {},
): Promise<Bench> {
  const directory = given.directory ?? (await folder(t));
  const runFolder = await mkdtemp(join(tmpdir(), "ptp-apply-"));
  const programs: Record<string, ProgramFacts> = { ptp4l: { path: fixturePath("runs.sh"), version: "4.2" } };
  const supervisor = createSupervisor({
    listener: { onLine: () => undefined, onProcessChange: () => undefined },
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    clock: () => ({ monotonicMs: performance.now(), unixMs: Date.now() }),
    random: () => 0,
    log: silentLogger,
    initialBackoffMs: 30,
  });
  t.after(async () => {
    await supervisor.stopAll();
    await rm(runFolder, { recursive: true });
  });
  const specByKey = new Map<string, ProcessSpec>();
  const relocated: Pick<Supervisor, "specs" | "adopt" | "apply"> = {
    specs: () => supervisor.specs().map((spec) => specByKey.get(spec.key) ?? spec),
    adopt: (specs) => supervisor.adopt(specs.map(relocateSpec)),
    apply: (actions) => supervisor.apply(actions.map(relocate)),
  };
  function relocate(action: PlanAction): PlanAction {
    if (action.kind === "stop") return action;
    specByKey.set(action.spec.key, action.spec);
    return { kind: "start", spec: relocateSpec(action.spec) };
  }
  /** Rendered paths are literal; a test must not write where a real ptp4l of this machine has its files. */
  function relocateSpec(spec: ProcessSpec): ProcessSpec {
    return JSON.parse(JSON.stringify(spec).replaceAll("/var/run/", `${runFolder}/`));
  }
  const interfaces: { name: string }[] = [];
  const collectFacts = (): Promise<HostFacts> =>
    Promise.resolve({ nodeName: "n", programs: { ...programs }, interfaces: [...interfaces] });
  const applier = createApplier({
    nodeName: "n",
    supervisor: relocated,
    collectFacts,
    choices: () => given.choices?.() ?? { sourceByProfile: new Map() },
    save: given.save ?? ((state) => saveAcceptedState(directory, state)),
    onPlan: () => undefined,
    onChange: () => undefined,
    log: silentLogger,
  });
  const offer: Bench["offer"] = (revision, profiles, dropped = []) =>
    new Promise((answer) => {
      const config = { nodeName: "n", profiles, hardware: [], plugins: [], secrets: [] };
      applier.offer({ issued: { revision, config }, dropped, answer });
    });
  const pid = (key: string) => supervisor.processes().find((report) => report.key === key)?.pid;
  return { applier, supervisor, directory, programs, interfaces, offer, pid };
}

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "ptp-apply-"));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

const profile = (name: string, conf = ""): NodeProfile => ({
  name,
  ptp4lOpts: "-2",
  ptp4lConf: `[global]\n${conf}\n[lo]\n`,
});

test("an edit restarts the process it touches and no other; the result tells each profile", async (t) => {
  const { offer, pid, supervisor } = await bench(t);
  assert.deepEqual(await offer("r1", [profile("a"), profile("b")]), {
    revision: "r1",
    profiles: [
      { name: "a", outcome: "applied" },
      { name: "b", outcome: "applied" },
    ],
  });
  await eventually("both run", () => pid("ptp4l.0") !== undefined && pid("ptp4l.1") !== undefined);
  const before = [pid("ptp4l.0"), pid("ptp4l.1")];
  await offer("r2", [profile("a"), profile("b", "domainNumber 24")]);
  await eventually("the new one runs", () => pid("ptp4l.1") !== undefined && pid("ptp4l.1") !== before[1]);
  assert.equal(pid("ptp4l.0"), before[0]);
  assert.equal(supervisor.processes().find(({ key }) => key === "ptp4l.0")?.starts, 1);
});

test("a refused profile goes on as it ran and touches no other, also over a restart", async (t) => {
  const first = await bench(t);
  await first.offer("r1", [profile("a"), profile("b")]);
  await eventually("both run", () => first.pid("ptp4l.0") !== undefined && first.pid("ptp4l.1") !== undefined);
  const before = [first.pid("ptp4l.0"), first.pid("ptp4l.1")];
  const result = await first.offer("r2", [profile("a", "no_such_option 1"), profile("b")]);
  assert.equal(result.profiles[0]?.outcome, "refused");
  assert.deepEqual([first.pid("ptp4l.0"), first.pid("ptp4l.1")], before);
  const [specBefore] = first.supervisor.specs();
  await first.supervisor.stopAll();

  const second = await bench(t, { directory: first.directory });
  await second.applier.resume(await loadAcceptedState(first.directory, "n", silentLogger));
  assert.equal(second.applier.inForce()?.accepted.issued.revision, "r2");
  assert.equal(second.applier.inForce()?.outcomes[0]?.outcome, "refused");
  await eventually("both run again", () => second.pid("ptp4l.0") !== undefined && second.pid("ptp4l.1") !== undefined);
  const contents = (spec: ProcessSpec | undefined) =>
    spec?.files.map(({ content }) => content.replaceAll(/\/tmp\S*\//g, ""));
  assert.deepEqual(contents(second.supervisor.specs()[0]), contents(specBefore));
});

test("an unreadable profile goes on as it ran; without a former form it is refused alone", async (t) => {
  const { offer, pid } = await bench(t);
  await offer("r1", [profile("a"), profile("b")]);
  await eventually("both run", () => pid("ptp4l.0") !== undefined && pid("ptp4l.1") !== undefined);
  const before = [pid("ptp4l.0"), pid("ptp4l.1")];
  const dropped = ["a", "new"].map((name) => ({ name, path: "ptp4lOpts", reason: "not text" }));
  const result = await offer("r2", [profile("b")], dropped);
  assert.deepEqual(result.profiles, [
    { name: "b", outcome: "applied" },
    { name: "a", outcome: "refused", path: "ptp4lOpts", reason: "not text" },
    { name: "new", outcome: "refused", path: "ptp4lOpts", reason: "not text" },
  ]);
  assert.deepEqual([pid("ptp4l.0"), pid("ptp4l.1")], before);
});

test("a removed profile's run id is not given away before its process is gone", async (t) => {
  const { offer, supervisor } = await bench(t);
  await offer("r1", [profile("a")]);
  await offer("r2", [profile("b")]);
  assert.deepEqual(
    supervisor.specs().map(({ key }) => key),
    ["ptp4l.1"],
  );
  await offer("r3", [profile("b"), profile("c")]);
  assert.deepEqual(
    supervisor
      .specs()
      .map(({ key }) => key)
      .sort(),
    ["ptp4l.0", "ptp4l.1"],
  );
});

test("a missing program refuses its profile; installing it heals without a new config", async (t) => {
  const { applier, offer, programs, pid } = await bench(t);
  const known = programs["ptp4l"];
  delete programs["ptp4l"];
  const result = await offer("r1", [profile("a")]);
  assert.match(JSON.stringify(result.profiles), /refused.*ptp4l/);
  if (known !== undefined) programs["ptp4l"] = known;
  applier.recheck();
  await eventually("it runs", () => pid("ptp4l.0") !== undefined);
  assert.deepEqual(applier.inForce()?.outcomes, [{ name: "a", outcome: "applied" }]);
});

test("a full disk refuses the config, what runs goes on, and freed space heals", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "ptp-full-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=16k,mode=700", "tmpfs", directory], { stdio: "pipe" });
  } catch (error) {
    await rm(directory, { recursive: true });
    return t.skip(`cannot mount a tmpfs: ${String(error)}`);
  }
  t.after(async () => {
    execFileSync("umount", [directory]);
    await rm(directory, { recursive: true });
  });
  const { applier, offer, pid } = await bench(t, { directory });
  await offer("r1", [profile("a")]);
  await eventually("it runs", () => pid("ptp4l.0") !== undefined);
  const before = pid("ptp4l.0");
  await writeFile(join(directory, "filler"), "x".repeat(12_000)).catch(() => undefined);
  const result = await offer("r2", [profile("a", "domainNumber 24")]);
  assert.equal(result.refusal?.kind, "not-persisted");
  assert.match(result.refusal?.reason ?? "", /ENOSPC.*free space/);
  assert.equal(applier.inForce()?.accepted.issued.revision, "r1");
  assert.equal(pid("ptp4l.0"), before);
  await rm(join(directory, "filler"));
  applier.recheck();
  await eventually("r2 is in force", () => applier.inForce()?.accepted.issued.revision === "r2");
});

test("another node's config is refused as a whole", async (t) => {
  const { applier } = await bench(t);
  const config = { nodeName: "other", profiles: [profile("a")], hardware: [], plugins: [], secrets: [] };
  const result = await new Promise<Result>((answer) =>
    applier.offer({ issued: { revision: "r1", config }, dropped: [], answer }),
  );
  assert.deepEqual(result.refusal, { kind: "wrong-node", reason: "the config is for node other, this is n" });
});

test("the newest of several offers wins; the overtaken ones are not answered", async (t) => {
  const { applier, offer } = await bench(t);
  const answered: string[] = [];
  const all = ["r1", "r2", "r3", "r4"].map((revision) =>
    offer(revision, [profile("a")]).then((result) => answered.push(result.revision)),
  );
  await all.at(-1);
  await applier.stop();
  assert.deepEqual(answered, ["r1", "r4"]);
});

test("a program that cannot be executed after planning is a failed start, not a failed apply", async (t) => {
  const { offer, programs, supervisor } = await bench(t);
  const path = join(await folder(t), "ptp4l");
  await writeFile(path, "no program");
  await chmod(path, 0o644);
  programs["ptp4l"] = { path, version: "4.2" };
  const result = await offer("r1", [profile("a")]);
  assert.deepEqual(result.profiles, [{ name: "a", outcome: "applied" }]);
  await eventually("the failure is reported", () => supervisor.processes()[0]?.lastExit.includes("EACCES") ?? false);
});

test("a fact that changes no plan costs no write and no restart", async (t) => {
  let saves = 0;
  const { applier, offer, interfaces, supervisor } = await bench(t, { save: () => Promise.resolve(void (saves += 1)) });
  await offer("r1", [profile("a")]);
  interfaces.push({ name: "veth1234" });
  applier.recheck();
  await eventually("facts are new", () => applier.facts()?.interfaces.length === 1);
  await applier.stop();
  assert.equal(saves, 1);
  assert.equal(supervisor.processes()[0]?.starts, 1);
});

test("an offer has its turn although choices cannot be followed in the same one", async (t) => {
  let stored: (() => void) | undefined;
  let isBroken = false;
  let broken = 0;
  const { applier, offer } = await bench(t, {
    save: ({ issued }) => (issued.revision === "r2" ? new Promise((resolve) => (stored = resolve)) : Promise.resolve()),
    choices: () => {
      // The first question after what is stored is enforced is that of following.
      if (isBroken && applier.inForce()?.accepted.issued.revision === "r2" && (broken += 1) === 2) {
        throw new Error("no choice");
      }
      return { sourceByProfile: new Map() };
    },
  });
  await offer("r1", [profile("a")]);
  const second = offer("r2", [profile("a", "domainNumber 24")]);
  await eventually("r2 is being stored", () => stored !== undefined);
  isBroken = true;
  applier.rechoose();
  const third = offer("r3", [profile("a", "domainNumber 25")]);
  stored?.();
  assert.deepEqual([(await second).revision, (await third).revision], ["r2", "r3"]);
  assert.ok(broken >= 2, "choices were not followed");
});

test("what is asked for during a resume has its turn right after it", async (t) => {
  const { applier, interfaces } = await bench(t);
  const resumed = applier.resume(undefined);
  interfaces.push({ name: "veth1234" });
  applier.recheck();
  await resumed;
  await eventually("facts are collected again", () => applier.facts()?.interfaces.length === 1);
});
