import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { builtInLeapList, leapSources, ntpSOf, renderLeapList, type GnssLeapIndication } from "@ptp/ptp";
import type { SwapOutcome } from "./testing/swap-program.ts";

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const sha1Hex = (ascii: string): string => createHash("sha1").update(ascii, "ascii").digest("hex");

/** Folders that rendered configurations name are literal: the program gets its own. */
const privateFolders =
  'mount -t tmpfs tmpfs /run && cp -a /etc "$1/etc" && mount --bind "$1/etc" /etc && shift && exec "$@"';

test("another list, and a leap second that a receiver tells of, reach ts2phc without a restart", async (t) => {
  if (spawnSync("unshare", ["-m", "true"]).status !== 0) return t.skip("cannot make a mount namespace");
  const folder = await mkdtemp(join(tmpdir(), "leap-swap-"));
  t.after(() => rm(folder, { recursive: true }));
  const dayMs = 86_400_000;
  const future = (days: number) => Math.floor(Date.now() / dayMs) * dayMs + days * dayMs;
  const updatedNtpS = ntpSOf(Date.now()) - 3600;
  const list = { ...builtInLeapList, updatedNtpS, expiresNtpS: ntpSOf(future(400)) };
  const days = Math.round((future(3) - Date.UTC(1980, 0, 6)) / dayMs);
  const indication: GnssLeapIndication = {
    currentSource: leapSources.gps,
    currentLeapS: 18,
    changeS: 1,
    secondsToEvent: Math.round((future(3) - Date.now()) / 1000),
    eventGpsWeek: Math.floor(days / 7),
    eventGpsDay: days % 7,
    valid: 3,
  };
  const program = [process.execPath, here("testing/swap-program.ts"), folder, here("testing/bin")];
  const argv = ["-m", "sh", "-c", privateFolders, "sh", folder, ...program];
  const values = [renderLeapList(list, sha1Hex), JSON.stringify(indication)];
  const { stdout } = await promisify(execFile)("unshare", [...argv, ...values], { timeout: 60_000 });
  const { runs, lines, standing } = JSON.parse(stdout) as SwapOutcome;
  const [first, second, third] = runs;
  assert.ok(first?.pid !== undefined && first.starts === 1);
  assert.deepEqual([second, third], [first, first], "one run of ts2phc");
  assert.deepEqual(
    lines.flatMap((line) => /\d+ leap seconds/.exec(line)?.[0] ?? []),
    ["28 leap seconds", "28 leap seconds", "29 leap seconds"],
  );
  assert.equal(standing, "known");
});
