import { profileOf, sourceConf } from "./testing/conf.ts";
import { acquires, toLocked } from "./testing/ordinary.ts";
import type { ExpectedClock, Scenario } from "./testing/scenario.ts";

/** The address that bridges do not pass on, as the profile has it by default, and its data set comparison. */
const g8275 = ["ptp_dst_mac 01:80:C2:00:00:0E", "G.8275.defaultDS.localPriority 128", "priority1 128"];

const locked: ExpectedClock = {
  iface: "up0",
  state: "LOCKED",
  clockClass: 6,
  ports: { up0: "SLAVE", up1: "MASTER", dn0: "MASTER" },
  isMeasured: true,
};

/** A telecom boundary clock of the full timing support profile: of two paths the one with the better local priority. */
export const g82751: Scenario = {
  name: "G.8275.1",
  networks: { left: ["gm:gm0", "node:up0"], right: ["gm:gm1", "node:up1"], lower: ["node:dn0", "end:end0"] },
  sources: { gm: sourceConf(g8275, ["[gm0]", "[gm1]"]) },
  profiles: [
    profileOf({
      lines: g8275,
      ports: [
        ["[up0]", "G.8275.portDS.localPriority 1"],
        ["[up1]", "G.8275.portDS.localPriority 2"],
        ["[dn0]", "masterOnly 1"],
      ],
      holdOverTimeoutS: 30,
    }),
  ],
  phases: [
    { title: "it starts", changes: acquires("up0"), clocks: [locked] },
    {
      title: "the better path is lost in silence",
      act: (stage) => stage.mute("node:up0"),
      changes: [
        { from: "LOCKED", to: "HOLDOVER", cause: /^no port is SLAVE: port 1 \(up0\) is / },
        toLocked("HOLDOVER", "up1"),
      ],
      // With 3.1.1, as a dual follower: it is the same grandmaster.
      mayBeUnseen: true,
      clocks: [{ ...locked, iface: "up1", ports: { up0: "MASTER", up1: "SLAVE", dn0: "MASTER" } }],
    },
    {
      title: "the grandmaster announces holdover out of specification",
      act: (stage) => stage.setClass("gm", 140),
      changes: [],
      clocks: [{ ...locked, iface: "up1", clockClass: 140, ports: { up0: "MASTER", up1: "SLAVE", dn0: "MASTER" } }],
    },
  ],
};
