import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { leapListHash } from "./leap-hash.ts";
import { builtInLeapList, leapAnnouncementS, nextLeapSecond, utcOffsetAt, type LeapList } from "./leap-list.ts";
import { formatNtpDay, ntpSOf, unixMsOfNtp } from "./ntp-time.ts";
import { describeLeapListProblem, parseLeapList } from "./parse-leap-list.ts";
import { renderLeapList } from "./render-leap-list.ts";

const sha1Hex = (ascii: string): string => createHash("sha1").update(ascii, "ascii").digest("hex");

/** A list with every mix of inserted and removed seconds. */
const lists: fc.Arbitrary<LeapList> = fc
  .record({
    first: fc.integer({ min: 0, max: 2 ** 31 }),
    taiMinusUtcS: fc.integer({ min: -60, max: 60 }),
    steps: fc.array(fc.record({ gapS: fc.integer({ min: 1, max: 10_000_000 }), adds: fc.constantFrom(1, -1) }), {
      maxLength: 40,
    }),
    updatedNtpS: fc.integer({ min: 0, max: 2 ** 32 }),
    expiresNtpS: fc.integer({ min: 0, max: 2 ** 32 }),
  })
  .map(({ first, taiMinusUtcS, steps, updatedNtpS, expiresNtpS }) => {
    let last = { ntpS: first, taiMinusUtcS };
    const rest = steps.map(({ gapS, adds }) => {
      last = { ntpS: last.ntpS + gapS, taiMinusUtcS: last.taiMinusUtcS + adds };
      return last;
    });
    return { updatedNtpS, expiresNtpS, leapSeconds: [{ ntpS: first, taiMinusUtcS }, ...rest] };
  });

test("a list that was rendered reads back as the same list", () => {
  fc.assert(
    fc.property(lists, fc.array(fc.constantFrom("", "made by a test", "#h")), (list, remarks) => {
      assert.deepEqual(parseLeapList(renderLeapList(list, sha1Hex, remarks), sha1Hex), { ok: true, list });
    }),
  );
});

test("one digit that is another is noticed", () => {
  const text = renderLeapList(builtInLeapList, sha1Hex);
  const digits = [...text.matchAll(/^(?:#[$@]\t)?(\d+)/gm)].map(({ index, 0: found }) => index + found.length - 1);
  for (const at of digits) {
    const edited = `${text.slice(0, at)}${(Number(text[at]) + 1) % 10}${text.slice(at + 1)}`;
    assert.equal(parseLeapList(edited, sha1Hex).ok, false, edited);
  }
});

test("any text is read or refused, never thrown at", () => {
  const words = fc.constantFrom(
    "#$ 1",
    "#@ 2",
    "#h",
    "#h 1 2 3 4 5",
    "3692217600 37",
    "-1 300",
    "# x",
    "\t",
    "9".repeat(20),
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(words).map((lines) => lines.join("\n")),
  );
  fc.assert(fc.property(texts, (text) => typeof parseLeapList(text, sha1Hex).ok === "boolean"));
});

const good = renderLeapList(builtInLeapList, sha1Hex).split("\n");
const withLeapSeconds = (count: number): string =>
  ["#$ 1", "#@ 2", ...Array.from({ length: count }, (_, index) => `${index} ${index % 2}`)].join("\n");
const withLine = (at: number, line: string): string => good.with(at - 1, line).join("\n");

for (const [title, text, problem] of [
  ["an empty text", "", /^has no leap second: take/],
  ["a page instead of a list", "<!doctype html>\n", /^line 1: "<!doctype html>" is not "<seconds since 1900>/],
  ["a letter in the difference", withLine(30, "3692217600     3a    # 1 Jan 2017"), /^line 30: "3692217600 {5}3a/],
  ["a letter in the time", withLine(30, "369221760a     37    # 1 Jan 2017"), /^line 30: /],
  ["a line twice", withLine(30, good[28] ?? ""), /^line 30: 3644697600 is not later than 3644697600/],
  ["a leap second left out", withLine(29, "#"), /^line 30: TAI minus UTC goes from 35 s to 37 s, which no one/],
  ["no expiry", withLine(2, "#"), /^has no line #@ with its expiry/],
  ["no date", withLine(1, "#"), /^has no line #\$ with its date/],
  ["an expiry in words", withLine(2, "#@ 28 June 2026"), /^line 2: "28 June 2026" after #@ is not seconds/],
  ["two expiries", withLine(1, good[1] ?? ""), /^line 2: is a second #@ line/],
  ["an edited expiry", withLine(2, "#@\t4102444800"), /^line 32: the hash does not fit .* remove this line$/],
  ["a difference out of range", withLine(3, "2272060800 200"), /^line 3: TAI minus UTC 200 s is not from -128 to 127/],
  [
    "a line that linuxptp reads as two",
    withLine(4, `#${"-".repeat(1000)}`),
    /^line 4: is longer than 1000 characters, /,
  ],
  ["more leap seconds than linuxptp has room for", withLeapSeconds(201), /^line 203: is leap second 201, more than/],
  ["far too much", "#".repeat(300_000), /^is longer than 262144 characters/],
] as const) {
  test(`refused with place and remedy: ${title}`, () => {
    const reading = parseLeapList(text, sha1Hex);
    assert.ok(!reading.ok);
    assert.match(describeLeapListProblem(reading.problem), problem);
  });
}

test("a list of 200 leap seconds and a line of 1000 characters are taken", () => {
  const reading = parseLeapList(`${withLeapSeconds(200)}\n#${"-".repeat(999)}\n`, sha1Hex);
  assert.equal(reading.ok && reading.list.leapSeconds.length, 200);
});

test("without a hash, with Windows' line ends, with groups that lost their zeros, it is taken", () => {
  const text = withLine(32, "");
  assert.deepEqual(parseLeapList(text.replaceAll("\n", "\r\n"), sha1Hex), { ok: true, list: builtInLeapList });
  const shortGroup = { ...builtInLeapList, expiresNtpS: 4_000_000_000 };
  while (!/(^| )0/.test(leapListHash(shortGroup, sha1Hex))) shortGroup.expiresNtpS += 1;
  const rendered = renderLeapList(shortGroup, sha1Hex);
  assert.deepEqual(parseLeapList(rendered.replace(/([\t ])0+(?=[\da-f]+(?: |\n))/g, "$1"), sha1Hex), {
    ok: true,
    list: shortGroup,
  });
});

test("utcOffsetAt: before, during and after the announcement of an inserted second", () => {
  const leapMs = Date.UTC(2027, 0, 1);
  const list = with2027(1);
  const told = (fromLeapS: number) => utcOffsetAt(list, leapMs + fromLeapS * 1000);
  const before = { currentUtcOffsetS: 37, leap61: false, leap59: false };
  assert.deepEqual(told(-leapAnnouncementS - 1), before);
  assert.deepEqual(told(-leapAnnouncementS), { ...before, leap61: true });
  assert.deepEqual(told(-1), { ...before, leap61: true });
  assert.deepEqual(told(0), { ...before, currentUtcOffsetS: 38 });
  assert.deepEqual(nextLeapSecond(list, leapMs - 1)?.taiMinusUtcS, 38);
  assert.equal(nextLeapSecond(list, leapMs), undefined);
});

test("utcOffsetAt: a second that is left out", () => {
  const leapMs = Date.UTC(2027, 0, 1);
  const told = (fromLeapS: number) => utcOffsetAt(with2027(-1), leapMs + fromLeapS * 1000);
  assert.deepEqual(told(-60), { currentUtcOffsetS: 37, leap61: false, leap59: true });
  assert.deepEqual(told(0), { currentUtcOffsetS: 36, leap61: false, leap59: false });
});

test("utcOffsetAt: a clock that is not set is told what held when the list was made", () => {
  assert.equal(utcOffsetAt(builtInLeapList, 0).currentUtcOffsetS, 37);
  assert.equal(utcOffsetAt(builtInLeapList, -1e15).currentUtcOffsetS, 37);
  assert.equal(utcOffsetAt(builtInLeapList, 1e15).currentUtcOffsetS, 37);
});

test("the offset goes on by one second at each leap second, and its announcement says which way", () => {
  fc.assert(
    fc.property(lists, fc.integer({ min: 0, max: 2 ** 32 }), (list, ntpS) => {
      const nowMs = unixMsOfNtp(ntpS);
      const now = utcOffsetAt(list, nowMs);
      assert.ok(!(now.leap61 && now.leap59));
      const next = nextLeapSecond(list, nowMs);
      if (next === undefined) return assert.ok(!now.leap61 && !now.leap59);
      const then = utcOffsetAt(list, unixMsOfNtp(next.ntpS));
      assert.equal(then.currentUtcOffsetS, next.taiMinusUtcS);
      if (now.leap61 || now.leap59) assert.equal(then.currentUtcOffsetS - now.currentUtcOffsetS, now.leap61 ? 1 : -1);
    }),
  );
});

test("formatNtpDay: the day the platform's calendar has", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 }), (ntpS) => {
      const [, day, month, year] = new Date(unixMsOfNtp(ntpS)).toUTCString().split(" ");
      assert.equal(formatNtpDay(ntpS), `${Number(day)} ${month} ${year}`);
      assert.equal(ntpSOf(unixMsOfNtp(ntpS)), ntpS);
    }),
  );
});

/** The built-in list with a leap second of 2027. */
function with2027(adds: 1 | -1): LeapList {
  const leapSecond = { ntpS: ntpSOf(Date.UTC(2027, 0, 1)), taiMinusUtcS: 37 + adds };
  return { ...builtInLeapList, leapSeconds: [...builtInLeapList.leapSeconds, leapSecond] };
}

const folder = new URL("../../../../../shared/data/daemon/leap/", import.meta.url);

test("published lists are read, all with the leap seconds of the built-in one", { skip: !existsSync(folder) }, () => {
  for (const name of ["leap-seconds.list", "leap-seconds.extra.list", "leap-seconds.list.rendered"]) {
    const reading = parseLeapList(readFileSync(new URL(name, folder), "utf8"), sha1Hex);
    assert.ok(reading.ok, name);
    assert.deepEqual(reading.list.leapSeconds, builtInLeapList.leapSeconds, name);
  }
});
