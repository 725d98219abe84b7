import { join } from "node:path";
import { testInMachine } from "../../tools/vm/test-in-machine.ts";

testInMachine({
  name: "choice of source",
  // Both grandmasters give the time of one clock: what is told here are switches, not steps.
  machine: { pairs: 2, clocks: [0, 1, 0, 2], driftPpb: [3_000, -9_000, 8_000], noiseNs: 3 },
  files: [join(import.meta.dirname, "scenarios/choice-of-source.ts")],
});
