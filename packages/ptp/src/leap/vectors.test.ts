import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import { initialUbxReader, readUbxLine } from "../log/ubx-lines.ts";
import { judgeLeapIndication, leapSources, type GnssLeapIndication } from "./gnss-leap.ts";
import { leapListHash } from "./leap-hash.ts";
import { builtInLeapList, lastLeapSecond, type LeapList } from "./leap-list.ts";
import { formatNtpDay, ntpSOf, unixMsOfNtp } from "./ntp-time.ts";
import { parseLeapList } from "./parse-leap-list.ts";
import { renderLeapList } from "./render-leap-list.ts";

/** Cases and files of the existing stack, read in place. */
const shared = new URL("../../../../../shared/", import.meta.url);
const skip = existsSync(shared) ? false : "the shared vectors are not beside this checkout";

const sha1Hex = (ascii: string): string => createHash("sha1").update(ascii, "ascii").digest("hex");

interface Given {
  readonly file: string;
  readonly lines: readonly string[];
  readonly allowed_sources: readonly number[];
  readonly time_ls: TimeLs;
}
interface TimeLs {
  readonly srcOfCurrLs: number;
  readonly currLs: number;
  readonly lsChange: number;
  readonly timeToLsEvent: number;
  readonly dateOfLsGpsWn: number;
  readonly dateOfLsGpsDn: number;
  readonly valid: number;
}

const runners: Readonly<Record<string, (given: Given, expected: never) => void>> = {
  D138: ({ file }, expected: Record<string, unknown>) => {
    const list = listOf(file);
    const last = lastLeapSecond(list);
    const seen = {
      update: String(list.updatedNtpS),
      expiration: String(list.expiresNtpS),
      events: list.leapSeconds.length,
      last: [String(last.ntpS), last.taiMinusUtcS, `# ${formatNtpDay(last.ntpS)}`],
      hash: leapListHash(list, sha1Hex),
      rendered_file: expected["rendered_file"],
    };
    assert.deepEqual(seen, expected);
    // The remarks at its head are the daemon's own.
    const rendered = read(String(expected["rendered_file"])).split("\n").slice(2).join("\n");
    assert.equal(renderLeapList(list, sha1Hex).trimEnd(), rendered);
  },
  D140: ({ file }, expected: { expiration: string; hash: string }) => {
    const list = { ...listOf(file), expiresNtpS: Number(expected.expiration) };
    assert.equal(leapListHash(list, sha1Hex), expected.hash);
  },
  D142: learns,
  D144: learns,
  D146: learns,
  D148: ({ lines }) => {
    for (const line of lines) assert.equal(parseLeapList(`#$ 1\n#@ 2\n${line}\n`, sha1Hex).ok, false);
  },
};

function learns(
  { allowed_sources: sources, time_ls: told }: Given,
  expected: { leap_sec: number; leap_time?: string },
) {
  const verdict = judgeLeapIndication(builtInLeapList, heardToday(told), new Set(sources), todayMs);
  assert.equal(verdict.kind, "learned");
  assert.ok(verdict.kind === "learned");
  assert.equal(verdict.leapSecond.taiMinusUtcS, expected.leap_sec);
  if (expected.leap_time !== undefined) assert.equal(timeOf(verdict.leapSecond.ntpS), expected.leap_time);
}

/** A moment at which nobody's clock is before the list. */
const todayMs = Date.UTC(2026, 5, 1);

function timeOf(ntpS: number): string {
  return new Date(unixMsOfNtp(ntpS)).toISOString().replace(".000Z", "Z");
}

function indicationOf(told: TimeLs): GnssLeapIndication {
  return {
    currentSource: told.srcOfCurrLs,
    currentLeapS: told.currLs,
    changeS: told.lsChange,
    secondsToEvent: told.timeToLsEvent,
    eventGpsWeek: told.dateOfLsGpsWn,
    eventGpsDay: told.dateOfLsGpsDn,
    valid: told.valid,
  };
}

/** The cases do not say when they were heard, and a change ahead is learned at that moment only. */
function heardToday(told: TimeLs): GnssLeapIndication {
  const days = told.dateOfLsGpsWn * 7 + told.dateOfLsGpsDn;
  const secondsToEvent = (Date.UTC(1980, 0, 6) - todayMs) / 1000 + days * 86_400;
  return { ...indicationOf(told), ...(told.lsChange !== 0 && { secondsToEvent }) };
}

function read(file: string): string {
  return readFileSync(new URL(file, shared), "utf8");
}

function vectorsOf(name: string): readonly unknown[] {
  return (parse(read(`vectors/${name}.yaml`)) as { readonly vectors: readonly unknown[] }).vectors;
}

function listOf(file: string): LeapList {
  const reading = parseLeapList(read(file), sha1Hex);
  assert.ok(reading.ok);
  return reading.list;
}

test("leap second cases of the existing daemon", { skip }, async (t) => {
  const vectors = vectorsOf("daemon") as readonly { id: string; area: string; given: Given; expect: never }[];
  const leap = vectors.filter(({ area }) => area === "leap");
  assert.deepEqual(
    leap.map(({ id }) => id).filter((id) => !Object.hasOwn(runners, id)),
    [],
  );
  for (const { id, given, expect } of leap) await t.test(id, () => runners[id]?.(given, expect));
});

test("D085: ubxtool's lines of UBX-NAV-TIMELS", { skip }, () => {
  interface Gnss {
    readonly id: string;
    readonly given: { readonly ubxtool_lines: readonly string[] };
    readonly expect: { readonly time_ls: TimeLs };
  }
  const vector = (vectorsOf("daemon") as readonly Gnss[]).find(({ id }) => id === "D085");
  assert.ok(vector);
  let reader = initialUbxReader;
  const told = vector.given.ubxtool_lines.flatMap((line) => {
    const step = readUbxLine(reader, line);
    ({ reader } = step);
    return step.fact?.kind === "gnss-leap" ? [step.fact.indication] : [];
  });
  assert.deepEqual(told, [indicationOf(vector.expect.time_ls)]);
});

test("gnss-04: indications, allowed and not", { skip }, () => {
  interface Hardware {
    readonly id: string;
    readonly input: {
      readonly file: string;
      readonly allowed: readonly number[];
      readonly indications: readonly Told[];
    };
    readonly expected: { readonly result: readonly ({ readonly leapSec: number; readonly leapTime: string } | null)[] };
  }
  interface Told {
    readonly src: number;
    readonly currLs: number;
    readonly lsChange: number;
    readonly ttl: number;
    readonly wn: number;
    readonly dn: number;
    readonly valid: number;
  }
  const vector = (vectorsOf("hardware") as readonly Hardware[]).find(({ id }) => id === "gnss-04");
  assert.ok(vector);
  const list = listOf(vector.input.file);
  const words: Readonly<Record<string, number>> = {
    "now-60s": ntpSOf(todayMs) - 60,
    "1980-01-06 + 17094 days": ntpSOf(Date.UTC(2026, 9, 25)),
    "2021-01-01T00:00:00Z": ntpSOf(Date.UTC(2021, 0, 1)),
  };
  const seen = vector.input.indications.map(({ src, currLs, lsChange, ttl, wn, dn, valid }) => {
    const told = {
      srcOfCurrLs: src,
      currLs,
      lsChange,
      timeToLsEvent: ttl,
      dateOfLsGpsWn: wn,
      dateOfLsGpsDn: dn,
      valid,
    };
    const verdict = judgeLeapIndication(list, heardToday(told), new Set(vector.input.allowed), todayMs);
    return verdict.kind === "learned" ? verdict : undefined;
  });
  const expected = vector.expected.result.map((each) =>
    each === null
      ? undefined
      : { kind: "learned", leapSecond: { ntpS: words[each.leapTime], taiMinusUtcS: each.leapSec } },
  );
  assert.deepEqual(seen, expected);
});

test("a leap second that is too far away, or before the list's last, teaches nothing", () => {
  const judge = (dateOfLsGpsWn: number) => {
    const told = {
      srcOfCurrLs: 2,
      currLs: 18,
      lsChange: 1,
      timeToLsEvent: 0,
      dateOfLsGpsWn,
      dateOfLsGpsDn: 7,
      valid: 3,
    };
    return judgeLeapIndication(builtInLeapList, heardToday(told), new Set([leapSources.gps]), todayMs).kind;
  };
  assert.deepEqual([2441, 3000, 1000].map(judge), ["learned", "nothing", "nothing"]);
});
