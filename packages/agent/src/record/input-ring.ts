import type { Instant } from "@ptp/node";
import { formatRecordedInput, type NodeInput, type RecordedInput } from "@ptp/truth";

/** The last inputs of a node, for a later replay. */
export interface InputRing {
  /** Keeps an input; the oldest make room. */
  push(input: NodeInput, at: Instant): void;
  /** JSON lines, the oldest first, with a line end each. */
  text(): string;
  /** Inputs kept now. */
  count(): number;
}

/** Creates a ring that holds about `limitBytes`; 0 keeps nothing. Inputs become text only when somebody asks. */
export function createInputRing(limitBytes: number): InputRing {
  const ring: Ring = { kept: [], first: 0, heldBytes: 0 };
  return {
    push: (input, at) => {
      if (limitBytes === 0 || !isWorthKeeping(input)) return;
      ring.kept.push({ input, at });
      ring.heldBytes += sizeOf(input);
      while (ring.heldBytes > limitBytes) dropFirst(ring);
    },
    text: () =>
      ring.kept
        .slice(ring.first)
        .map((each) => (each === undefined ? "" : `${formatRecordedInput(each)}\n`))
        .join(""),
    count: () => ring.kept.length - ring.first,
  };
}

interface Ring {
  kept: (RecordedInput | undefined)[];
  /** Place of the oldest that is still kept; those before it are undefined. */
  first: number;
  heldBytes: number;
}

function dropFirst(ring: Ring): void {
  const oldest = ring.kept[ring.first];
  ring.kept[ring.first] = undefined;
  ring.first += 1;
  if (oldest !== undefined) ring.heldBytes -= sizeOf(oldest.input);
  if (ring.first < 1_024 || ring.first * 2 < ring.kept.length) return;
  ring.kept = ring.kept.slice(ring.first);
  ring.first = 0;
}

/** A replay makes its own ticks, and a round without an answer is one. */
function isWorthKeeping(input: NodeInput): boolean {
  if (input.source === "tick") return false;
  return input.source !== "management" || input.observations.some(({ kind }) => kind !== "tick");
}

/** Of memory, as far as it can be told. */
function sizeOf(input: NodeInput): number {
  if (input.source === "line") return 200 + 2 * input.line.length;
  return input.source === "management" ? 300 + 300 * input.observations.length : 600;
}
