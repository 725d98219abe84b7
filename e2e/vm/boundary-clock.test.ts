import { join } from "node:path";
import { testInMachine } from "../../tools/vm/test-in-machine.ts";

testInMachine({
  name: "boundary clock",
  machine: { pairs: 1, driftPpb: [7_000, -12_000], noiseNs: 3 },
  files: [join(import.meta.dirname, "scenarios/boundary-clock.ts")],
});
