import { profileOf, sourceConf } from "./testing/conf.ts";
import { lockedOrdinary, losesPort, ordinaryReturns, ordinaryStarts } from "./testing/ordinary.ts";
import type { Scenario } from "./testing/scenario.ts";

const unicast = ["domainNumber 44", "network_transport UDPv4", "G.8275.defaultDS.localPriority 128"];
const table = ["[unicast_master_table]", "table_id 1", "logQueryInterval -1", "UDPv4 192.0.2.1"];

/** Partial timing support over routers: Announce, Sync and delay are asked of the grandmaster by its address. */
export const g82752: Scenario = {
  name: "G.8275.2 unicast",
  networks: { lan: ["gm:gm0 192.0.2.1/24", "node:oc0 192.0.2.2/24"] },
  sources: { gm: sourceConf([...unicast, "unicast_listen 1", "inhibit_multicast_service 1"], ["[gm0]"]) },
  profiles: [
    profileOf({
      opts: "-4",
      lines: ["slaveOnly 1", ...unicast, "unicast_req_duration 10", "inhibit_multicast_service 1"],
      ports: [table, ["[oc0]", "unicast_master_table 1"]],
    }),
  ],
  phases: [
    ordinaryStarts,
    {
      title: "the grandmaster is killed",
      act: (stage) => stage.killSource("gm"),
      changes: losesPort("LISTENING"),
      clocks: [{ ...lockedOrdinary, state: "FREERUN", ports: { oc0: "LISTENING" } }],
    },
    { title: "it comes back", act: (stage) => stage.startSource("gm"), ...ordinaryReturns },
  ],
};
