import { join } from "node:path";
import { testInMachine } from "../../tools/vm/test-in-machine.ts";

const scenarios = join(import.meta.dirname, "scenarios");

testInMachine({
  name: "ordinary clock",
  machine: { pairs: 1, driftPpb: [7_000, -12_000], noiseNs: 3 },
  files: [join(scenarios, "ordinary-clock.ts")],
});
