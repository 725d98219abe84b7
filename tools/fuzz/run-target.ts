import type { FuzzTarget } from "./fuzz-target.ts";
import { mutate } from "./mutate.ts";
import { createRandom } from "./random.ts";

/** How long to search, and from where. */
export interface FuzzOptions {
  readonly durationMs: number;
  readonly seed: number;
  /** Inputs beside the target's own seeds, such as those that once broke a law. */
  readonly kept: readonly Uint8Array[];
}

/** What a search found. */
export interface FuzzResult {
  readonly name: string;
  readonly inputs: number;
  readonly bytes: number;
  readonly elapsedMs: number;
  /** The slowest input, in microseconds per byte beyond the base. */
  readonly slowestUsPerByte: number;
  /** The first input that broke a law, and how; the search ends with it. */
  readonly broken?: { readonly input: Uint8Array; readonly why: string };
}

const defaultBaseMs = 10;
/** Any input: what takes more than linear time needs thousands of times as much for the longest ones. */
const limitUsPerByte = 10;
/** The first may compile code, or sweep up after others. */
const tries = 4;
/** The newest inputs of interest; the corpus of a long search must not grow for ever. */
const maxGrown = 256;

/** Checks the corpus as it is, then changes of it until time is up or a law is broken. */
export function runTarget(target: FuzzTarget, { durationMs, seed, kept }: FuzzOptions): FuzzResult {
  const check = target.prepare();
  const random = createRandom(seed);
  const seeds = [...target.seeds(), ...kept];
  const grown: Uint8Array[] = [];
  const startMs = performance.now();
  const result = { name: target.name, inputs: 0, bytes: 0, elapsedMs: 0, slowestUsPerByte: 0 };
  for (let turn = 0; turn < seeds.length || performance.now() - startMs < durationMs; turn++) {
    const all = grown.length > 0 && random(4) === 0 ? grown : seeds;
    const input = seeds[turn] ?? mutate(all[random(all.length)] ?? new Uint8Array(), random, seeds);
    const { why, usPerByte } = examine(check, input, target.baseMs ?? defaultBaseMs);
    result.inputs += 1;
    result.bytes += input.length;
    result.slowestUsPerByte = Math.max(result.slowestUsPerByte, usPerByte);
    if (why !== undefined) return { ...result, elapsedMs: performance.now() - startMs, broken: { input, why } };
    // Changes of changes come further from what is well-formed.
    if (turn >= seeds.length && random(16) === 0)
      grown[grown.length < maxGrown ? grown.length : random(maxGrown)] = input;
  }
  return { ...result, elapsedMs: performance.now() - startMs };
}

function examine(
  check: (input: Uint8Array) => void,
  input: Uint8Array,
  baseMs: number,
): { readonly why?: string; readonly usPerByte: number } {
  let fastestMs = Infinity;
  const limitMs = baseMs + (input.length * limitUsPerByte) / 1_000;
  for (let turn = 0; turn < tries && fastestMs > limitMs; turn++) {
    const before = process.threadCpuUsage();
    try {
      check(input);
    } catch (error) {
      return { why: error instanceof Error ? (error.stack ?? error.message) : String(error), usPerByte: 0 };
    }
    // Not by the clock on the wall: what else runs on the machine does not count.
    const { user, system } = process.threadCpuUsage(before);
    fastestMs = Math.min(fastestMs, (user + system) / 1_000);
  }
  const usPerByte = (Math.max(0, fastestMs - baseMs) * 1_000) / Math.max(1, input.length);
  if (fastestMs <= limitMs) return { usPerByte };
  return {
    why: `${input.length} bytes took ${fastestMs.toFixed(1)} ms, more than ${limitMs.toFixed(1)} ms`,
    usPerByte,
  };
}
