import { boundaryClock } from "./boundary-clock.ts";
import { domainMismatch } from "./domain-mismatch.ts";
import { dualFollower } from "./dual-follower.ts";
import { dualNicBoundaryClock } from "./dual-nic-boundary-clock.ts";
import { g82751 } from "./g8275-1.ts";
import { g82752 } from "./g8275-2.ts";
import { grandmasterChange } from "./grandmaster-change.ts";
import { grandmasterKill } from "./grandmaster-kill.ts";
import { linkDown } from "./link-down.ts";
import { ordinaryClock } from "./ordinary-clock.ts";
import { ptp4lHang } from "./ptp4l-hang.ts";
import { ptp4lKill } from "./ptp4l-kill.ts";
import { silentLoss } from "./silent-loss.ts";
import type { Scenario } from "./testing/scenario.ts";

/** Every scenario, in the order in which they are played. */
export const scenarios: readonly Scenario[] = [
  ordinaryClock,
  boundaryClock,
  dualFollower,
  dualNicBoundaryClock,
  grandmasterChange,
  linkDown,
  silentLoss,
  grandmasterKill,
  ptp4lKill,
  ptp4lHang,
  domainMismatch,
  g82751,
  g82752,
];
