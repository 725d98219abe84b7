import { leapListHash, type Sha1Hex } from "./leap-hash.ts";
import type { LeapList, LeapSecond } from "./leap-list.ts";

/** Why a text is no leap second list: where, and what to do, for people. */
export interface LeapListProblem {
  /** Counted from 1; absent: it is about the whole text. */
  readonly line?: number;
  readonly reason: string;
}

/** What became of a text. */
export type LeapListReading =
  { readonly ok: true; readonly list: LeapList } | { readonly ok: false; readonly problem: LeapListProblem };

/** A list with all that people write around it is a few kilobytes. */
const maxLength = 262_144;
/** linuxptp reads lines of up to 1,023 characters: of a longer one, what comes after them is a line to it. */
const maxLineLength = 1000;
/** linuxptp has room for 228 and counts none, and a receiver may add some; fifty years of leap seconds were 28. */
const maxLeapSeconds = 200;

const remedy = "take leap-seconds.list of IERS, NIST or IETF as it is";

/**
 * Reads the text of a list. What linuxptp would refuse or misread is refused here, and so is a list whose hash does not
 * fit; one without a hash is taken. Never throws, and takes linear time.
 */
export function parseLeapList(text: string, sha1Hex: Sha1Hex): LeapListReading {
  if (text.length > maxLength) return refused(undefined, `is longer than ${maxLength} characters: ${remedy}`);
  const draft: Draft = { leapSeconds: [] };
  for (const [index, line] of text.split("\n").entries()) {
    const reason = line.length > maxLineLength ? tooLong : takeLine(draft, line.trim(), index + 1);
    if (reason !== undefined) return refused(index + 1, reason);
  }
  return complete(draft, sha1Hex);
}

const tooLong = `is longer than ${maxLineLength} characters, which linuxptp reads as several lines: ${remedy}`;

interface Draft {
  updatedNtpS?: number;
  expiresNtpS?: number;
  hash?: { readonly text: string; readonly line: number };
  readonly leapSeconds: LeapSecond[];
}

const dataLine = /^(\d{1,10})\s+(-?\d{1,3})(?:\s*#.*)?$/;

/** Returns why the line cannot be taken. */
function takeLine(draft: Draft, line: string, number: number): string | undefined {
  if (line === "") return undefined;
  if (line.startsWith("#$") || line.startsWith("#@")) return takeMoment(draft, line);
  if (line.startsWith("#h")) {
    draft.hash = { text: line.slice(2).trim(), line: number };
    return undefined;
  }
  if (line.startsWith("#")) return undefined;
  const fields = dataLine.exec(line);
  if (fields === null) return `${quote(line)} is not "<seconds since 1900> <TAI minus UTC>": ${remedy}`;
  return takeLeapSecond(draft.leapSeconds, { ntpS: Number(fields[1]), taiMinusUtcS: Number(fields[2]) });
}

function takeMoment(draft: Draft, line: string): string | undefined {
  const isUpdate = line.startsWith("#$");
  const field = isUpdate ? "updatedNtpS" : "expiresNtpS";
  const value = line.slice(2).trim();
  if (!/^\d{1,10}$/.test(value))
    return `${quote(value)} after ${line.slice(0, 2)} is not seconds since 1900: ${remedy}`;
  if (draft[field] !== undefined) return `is a second ${line.slice(0, 2)} line: two lists in one; ${remedy}`;
  draft[field] = Number(value);
  return undefined;
}

function takeLeapSecond(known: LeapSecond[], leapSecond: LeapSecond): string | undefined {
  const { ntpS, taiMinusUtcS } = leapSecond;
  if (taiMinusUtcS < -128 || taiMinusUtcS > 127)
    return `TAI minus UTC ${taiMinusUtcS} s is not from -128 to 127: ${remedy}`;
  const before = known.at(-1);
  if (before !== undefined && ntpS <= before.ntpS)
    return `${ntpS} is not later than ${before.ntpS} before it: ${remedy}`;
  if (before !== undefined && Math.abs(taiMinusUtcS - before.taiMinusUtcS) !== 1) {
    return `TAI minus UTC goes from ${before.taiMinusUtcS} s to ${taiMinusUtcS} s, which no one leap second does: ${remedy}`;
  }
  if (known.length >= maxLeapSeconds)
    return `is leap second ${maxLeapSeconds + 1}, more than linuxptp has room for: ${remedy}`;
  known.push(leapSecond);
  return undefined;
}

function complete({ updatedNtpS, expiresNtpS, hash, leapSeconds }: Draft, sha1Hex: Sha1Hex): LeapListReading {
  if (leapSeconds.length === 0) return refused(undefined, `has no leap second: ${remedy}`);
  if (updatedNtpS === undefined) return refused(undefined, `has no line #$ with its date: ${remedy}`);
  if (expiresNtpS === undefined) return refused(undefined, `has no line #@ with its expiry: ${remedy}`);
  const list: LeapList = { updatedNtpS, expiresNtpS, leapSeconds };
  if (hash === undefined || isSameHash(hash.text, leapListHash(list, sha1Hex))) return { ok: true, list };
  const reason =
    "the hash does not fit the numbers: fetch the file anew; if you edited it on purpose, remove this line";
  return refused(hash.line, reason);
}

/** Some publishers leave out the zeros in front of a group. */
function isSameHash(written: string, computed: string): boolean {
  const groups = written.toLowerCase().split(/\s+/);
  return groups.length === 5 && groups.map((group) => group.padStart(8, "0")).join(" ") === computed;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

function refused(line: number | undefined, reason: string): LeapListReading {
  return { ok: false, problem: { ...(line !== undefined && { line }), reason } };
}

/** The problem in one line: `line 12: …`. */
export function describeLeapListProblem({ line, reason }: LeapListProblem): string {
  return line === undefined ? reason : `line ${line}: ${reason}`;
}
