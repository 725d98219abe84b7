import type { Benchmark } from "./benchmark.ts";
import { agentKill } from "./runs/agent-kill.ts";
import { agentLoad } from "./runs/agent-load.ts";
import { agentStart } from "./runs/agent-start.ts";
import { agentUpdate } from "./runs/agent-update.ts";
import { causeToChange } from "./runs/cause-to-change.ts";
import { clusterEdit } from "./runs/cluster-edit.ts";
import { clusterFailover } from "./runs/cluster-failover.ts";
import { clusterSwarm } from "./runs/cluster-swarm.ts";
import { editOne } from "./runs/edit-one.ts";
import { editOneOfMany } from "./runs/edit-one-of-many.ts";
import { eventsKill } from "./runs/events-kill.ts";
import { events } from "./runs/events.ts";
import { footprint } from "./runs/footprint.ts";
import { lines } from "./runs/lines.ts";
import { management } from "./runs/management.ts";
import { sessions } from "./runs/sessions.ts";
import { storm } from "./runs/storm.ts";

/** All benchmarks, in the order in which they run. */
export const benchmarks: readonly Benchmark[] = [
  lines,
  management,
  editOne,
  editOneOfMany,
  agentStart,
  agentKill,
  storm(1_000),
  storm(5_000),
  sessions,
  footprint,
  agentLoad,
  causeToChange,
  events,
  eventsKill,
  agentUpdate,
  clusterEdit,
  clusterFailover,
  clusterSwarm(1_000, 2_000),
  clusterSwarm(5_000, 6_000),
];
