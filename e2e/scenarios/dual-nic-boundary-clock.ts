import { profileOf, sourceConf } from "./testing/conf.ts";
import { acquires, toLocked } from "./testing/ordinary.ts";
import type { ExpectedClock, Scenario } from "./testing/scenario.ts";

const card = (nic: 0 | 1) =>
  profileOf({ name: `nic${nic}`, ports: [[`[up${nic}0]`], [`[dn${nic}0]`, "masterOnly 1"]] });
const locked = (nic: 0 | 1): ExpectedClock => ({
  config: `ptp4l.${nic}.config`,
  iface: `up${nic}0`,
  state: "LOCKED",
  clockClass: 6,
  ports: { [`up${nic}0`]: "SLAVE", [`dn${nic}0`]: "MASTER" },
  isMeasured: true,
});
const lost = "no port is SLAVE: port 1 \\(up00\\) is MASTER, port 2 \\(dn00\\) is MASTER";

/** Two cards, each with a ptp4l and a grandmaster of its own: what befalls one leaves the other as it is. */
export const dualNicBoundaryClock: Scenario = {
  name: "dual-NIC boundary clock",
  networks: {
    left: ["gm:gm0", "node:up00"],
    right: ["gm2:gm0", "node:up10"],
    lower: ["node:dn00", "end:end0"],
    other: ["node:dn10", "end:end1"],
  },
  sources: { gm: sourceConf([], ["[gm0]"]), gm2: sourceConf([], ["[gm0]"]) },
  profiles: [card(0), card(1)],
  phases: [
    {
      title: "it starts",
      changes: [...acquires("up00"), ...acquires("up10", "ptp4l.1.config")],
      clocks: [locked(0), locked(1)],
    },
    {
      title: "the grandmaster of the first card is killed",
      act: (stage) => stage.killSource("gm"),
      changes: [
        { from: "LOCKED", to: "HOLDOVER", cause: new RegExp(`^${lost}$`) },
        { from: "HOLDOVER", to: "FREERUN", cause: new RegExp(`^holdover of 1 s expired; ${lost}`) },
      ],
      clocks: [
        { ...locked(0), state: "FREERUN", clockClass: 248, ports: { up00: "MASTER", dn00: "MASTER" } },
        locked(1),
      ],
    },
    {
      title: "it comes back",
      act: (stage) => stage.startSource("gm"),
      changes: [toLocked("FREERUN", "up00")],
      clocks: [locked(0), locked(1)],
    },
  ],
};
