import { join } from "node:path";
import { testInMachine } from "../../tools/vm/test-in-machine.ts";

testInMachine({
  name: "leap seconds",
  machine: { pairs: 1, driftPpb: [7_000], noiseNs: 3 },
  files: [join(import.meta.dirname, "scenarios/leap-seconds.ts")],
});
