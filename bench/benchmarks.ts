import type { Benchmark } from "./benchmark.ts";
import { agentKill } from "./runs/agent-kill.ts";
import { agentStart } from "./runs/agent-start.ts";
import { editOne } from "./runs/edit-one.ts";
import { editOneOfMany } from "./runs/edit-one-of-many.ts";
import { footprint } from "./runs/footprint.ts";
import { sessions } from "./runs/sessions.ts";
import { storm } from "./runs/storm.ts";

/** All benchmarks, in the order in which they run. */
export const benchmarks: readonly Benchmark[] = [
  editOne,
  editOneOfMany,
  agentStart,
  agentKill,
  storm(1_000),
  storm(5_000),
  sessions,
  footprint,
];
