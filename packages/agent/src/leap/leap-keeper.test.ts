import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { captureLogger } from "@ptp/kit";
import type { NodeConfig } from "@ptp/node";
import type { RunPlan } from "@ptp/plan";
import {
  builtInLeapList,
  leapSources,
  ntpSOf,
  parseLeapList,
  renderLeapList,
  type GnssLeapIndication,
  type LeapList,
} from "@ptp/ptp";
import { initialLeapBook, stepLeapBook, type LeapBook, type LeapObservation } from "@ptp/truth";
import { fixtureSpec } from "../process/testing/fixture.ts";
import { createLeapKeeper, type LeapKeeper } from "./leap-keeper.ts";

const sha1Hex = (ascii: string): string => createHash("sha1").update(ascii, "ascii").digest("hex");
const leapMs = Date.UTC(2027, 0, 1);
const leap2027 = { ntpS: ntpSOf(leapMs), taiMinusUtcS: 38 };
const given: LeapList = {
  updatedNtpS: ntpSOf(Date.UTC(2026, 8, 1)),
  expiresNtpS: ntpSOf(Date.UTC(2027, 5, 28)),
  leapSeconds: [...builtInLeapList.leapSeconds, leap2027],
};
const givenText = renderLeapList(given, sha1Hex);
const indication: GnssLeapIndication = {
  currentSource: leapSources.gps,
  currentLeapS: 18,
  changeS: 1,
  secondsToEvent: 3 * 86_400,
  eventGpsWeek: 2451,
  eventGpsDay: 5,
  valid: 3,
};

function planOf(programs: readonly string[]): RunPlan {
  const processes = programs.map((program) => fixtureSpec(`${program}.0`, [program]));
  return { processes, ptp4lInstances: [], outcomes: [], runIds: {}, aliasByInterface: {} };
}

const withTs2phc: RunPlan = {
  ...planOf([]),
  processes: [{ ...fixtureSpec("ts2phc.0", ["ts2phc"]), program: "ts2phc" }],
};

function configOf(leapSeconds?: string): NodeConfig {
  const empty = { nodeName: "n", profiles: [], hardware: [], plugins: [], secrets: [] };
  return leapSeconds === undefined ? empty : { ...empty, leapSeconds };
}

interface Bench {
  readonly folder: string;
  readonly path: string;
  readonly systemPath: string;
  nowMs: number;
  readonly warnings: string[];
  /** A keeper as after a start of the agent. */
  readonly start: () => Promise<Started>;
}

interface Started {
  readonly keeper: LeapKeeper;
  readonly hear: (observation: LeapObservation) => void;
  readonly book: () => LeapBook;
  readonly listed: () => LeapList | undefined;
}

function bench(t: TestContext): Bench {
  const folder = mkdtempSync(join(tmpdir(), "leap-"));
  const keepers: LeapKeeper[] = [];
  t.after(async () => {
    await Promise.all(keepers.map((keeper) => keeper.stop()));
    rmSync(folder, { recursive: true });
  });
  const [path, systemPath] = [join(folder, "etc/leap/n"), join(folder, "leap-seconds.list")];
  const warnings: string[] = [];
  const log = captureLogger((level, message) => void (level === "warn" && warnings.push(message)));
  const own: Bench = {
    folder,
    warnings,
    path,
    systemPath,
    nowMs: leapMs - 3 * 86_400_000,
    start: async () => {
      const now = () => ({ monotonicMs: own.nowMs, unixMs: own.nowMs });
      let book = initialLeapBook(now());
      const hear = (observation: LeapObservation): void => {
        book = stepLeapBook(book, observation, new Set([leapSources.gps]), now());
        keeper.onBook(book);
      };
      const rest = { hear, changed: () => undefined, nowUnixMs: () => own.nowMs, log };
      const keeper = createLeapKeeper({ path, systemPath, stateDirectory: join(folder, "state"), ...rest });
      keepers.push(keeper);
      await keeper.start();
      return { keeper, hear, book: () => book, listed: () => listAt(path) };
    },
  };
  return own;
}

function listAt(path: string): LeapList | undefined {
  const reading = parseLeapList(readFileSync(path, "utf8"), sha1Hex);
  return reading.ok ? reading.list : undefined;
}

test("without ts2phc nothing is written and nothing told; with it the list is there at once", async (t) => {
  const { path, start } = bench(t);
  const { keeper, listed } = await start();
  keeper.follow(planOf(["ptp4l"]), configOf());
  assert.throws(() => statSync(path), { code: "ENOENT" });
  assert.equal(keeper.report(), undefined);
  keeper.follow(withTs2phc, configOf());
  assert.deepEqual(listed()?.leapSeconds, builtInLeapList.leapSeconds);
  const { standing, origin, utcOffsetS } = keeper.report() ?? {};
  assert.deepEqual([standing, origin, utcOffsetS], ["known", "built-in", 37]);
});

test("a list of the config replaces the file, later in whole seconds; the same list does not", async (t) => {
  const { path, start } = bench(t);
  const { keeper, listed } = await start();
  keeper.follow(withTs2phc, configOf());
  const before = statSync(path);
  keeper.follow(withTs2phc, configOf(givenText));
  const after = statSync(path);
  assert.deepEqual(listed(), given);
  assert.ok(Math.floor(after.mtimeMs / 1000) > Math.floor(before.mtimeMs / 1000));
  assert.notEqual(after.ino, before.ino, "replaced as a whole");
  keeper.follow(withTs2phc, configOf(givenText));
  keeper.recheck();
  assert.deepEqual([statSync(path).ino, statSync(path).mtimeMs], [after.ino, after.mtimeMs]);
  keeper.follow(withTs2phc, configOf());
  assert.deepEqual(listed()?.leapSeconds, builtInLeapList.leapSeconds);
});

test("a broken list is refused with its line; the last good one stays, over a restart too", async (t) => {
  const { start } = bench(t);
  const broken = givenText.replace("38", "3b");
  const first = await start();
  first.keeper.follow(withTs2phc, configOf(givenText));
  first.keeper.follow(withTs2phc, configOf(broken));
  const check = ({ keeper, listed }: Started) => {
    assert.deepEqual(listed(), given);
    assert.equal(keeper.report()?.standing, "refused");
    assert.match(
      keeper.report()?.message ?? "",
      /is refused: line \d+: .*; in force: the node's list in leap-configmap/,
    );
    assert.match(keeper.notices().join(), /line \d+: "\d+ {5}3b/);
  };
  check(first);
  await first.keeper.stop();
  const second = await start();
  second.keeper.follow(withTs2phc, configOf(broken));
  check(second);
  second.keeper.follow(withTs2phc, configOf(givenText));
  assert.deepEqual([second.keeper.report()?.standing, second.keeper.notices()], ["known", []]);
});

test("what GNSS tells is in the file of this node at once, and known after a restart", async (t) => {
  const { start } = bench(t);
  const first = await start();
  first.keeper.follow(withTs2phc, configOf());
  first.hear({ kind: "indication", indication });
  assert.deepEqual(first.listed()?.leapSeconds.at(-1), leap2027);
  await first.keeper.stop();
  const second = await start();
  second.keeper.follow(withTs2phc, configOf());
  assert.deepEqual(second.listed()?.leapSeconds.at(-1), leap2027);
});

test("the system's list is used while it is newer than the built-in one, and a broken one is passed over", async (t) => {
  const { systemPath, start } = bench(t);
  writeFileSync(systemPath, givenText);
  const { keeper, book, listed } = await start();
  keeper.follow(withTs2phc, configOf());
  assert.deepEqual([book().inForce.origin, listed()?.leapSeconds.at(-1)], ["file", leap2027]);
  writeFileSync(systemPath, "nonsense");
  keeper.recheck();
  assert.equal(book().inForce.origin, "file");
  rmSync(systemPath);
  keeper.recheck();
  assert.equal(book().inForce.origin, "built-in");
});

test("a file that somebody mounted there is used and left as it is", async (t) => {
  const { folder, path, start } = bench(t);
  mkdirSync(join(folder, "etc/leap"), { recursive: true });
  writeFileSync(path, givenText);
  const { keeper, hear, book } = await start();
  keeper.follow(withTs2phc, configOf());
  assert.deepEqual([book().inForce.origin, book().inForce.list], ["config", given]);
  assert.equal(readFileSync(path, "utf8"), givenText);
  hear({ kind: "tick" });
  assert.match(keeper.notices().join(), /is not the agent's and is left as it is/);
  // As kubelet swaps it.
  writeFileSync(path, renderLeapList({ ...given, expiresNtpS: given.expiresNtpS + 1 }, sha1Hex));
  keeper.recheck();
  assert.equal(book().inForce.list.expiresNtpS, given.expiresNtpS + 1);
});

test("a folder that cannot be written is told with the remedy, until it can", async (t) => {
  const { folder, start, path } = bench(t);
  writeFileSync(join(folder, "etc"), "in the way");
  const { keeper, listed } = await start();
  keeper.follow(withTs2phc, configOf());
  assert.match(keeper.notices().join(), /etc\/leap\/n cannot be written \(.*\): mount a folder there/);
  rmSync(join(folder, "etc"));
  keeper.recheck();
  assert.deepEqual(keeper.notices(), []);
  assert.ok(listed());
  // A file deleted by hand comes back.
  rmSync(path);
  keeper.recheck();
  assert.ok(listed());
});

test("near its end and after it a list is told as such", async (t) => {
  const own = bench(t);
  const { keeper, hear } = await own.start();
  keeper.follow(withTs2phc, configOf(givenText));
  const standingAt = (unixMs: number) => {
    own.nowMs = unixMs;
    hear({ kind: "tick" });
    return keeper.report()?.standing;
  };
  const endMs = Date.UTC(2027, 5, 28);
  assert.equal(standingAt(endMs - 61 * 86_400_000), "known");
  assert.equal(standingAt(endMs - 59 * 86_400_000), "expiring");
  assert.match(keeper.notices().join(), /expires on 28 Jun 2027, and ts2phc stops then: give the node a newer one/);
  assert.equal(standingAt(endMs), "expired");
});

test("a time stamp ahead of the clock moves on nevertheless", async (t) => {
  const own = bench(t);
  const { keeper } = await own.start();
  keeper.follow(withTs2phc, configOf());
  utimesSync(own.path, 2_000_000_000, 2_000_000_000);
  keeper.follow(withTs2phc, configOf(givenText));
  assert.equal(statSync(own.path).mtimeMs, 2_000_000_001_000);
});

test("a list that cannot be read is told once, and again after it could be", async (t) => {
  const { path, systemPath, start, warnings } = bench(t);
  mkdirSync(path, { recursive: true });
  mkdirSync(systemPath);
  const { keeper } = await start();
  keeper.follow(planOf(["ptp4l"]), configOf());
  for (let i = 0; i < 3; i++) keeper.recheck();
  const both = ["the system's leap second list cannot be read", "the leap second list cannot be read"];
  assert.deepEqual(warnings, both);
  for (const each of [path, systemPath]) rmSync(each, { recursive: true });
  keeper.recheck();
  for (const each of [path, systemPath]) mkdirSync(each);
  for (let i = 0; i < 3; i++) keeper.recheck();
  assert.deepEqual(warnings, [...both, ...both]);
});
