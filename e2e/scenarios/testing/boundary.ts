import { profileOf, sourceConf } from "./conf.ts";
import { acquires } from "./ordinary.ts";
import type { ExpectedClock, Phase, Scenario } from "./scenario.ts";

/** A boundary clock between a grandmaster and a host that only listens. */
export const boundary = {
  networks: { upper: ["gm:gm0", "node:up0"], lower: ["node:dn0", "end:end0"] },
  sources: { gm: sourceConf([], ["[gm0]"]) },
  profiles: [profileOf({ ports: [["[up0]"], ["[dn0]", "masterOnly 1"]] })],
} as const satisfies Partial<Scenario>;

/** It as it shall be; the class is its grandmaster's. */
export const lockedBoundary: ExpectedClock = {
  iface: "up0",
  state: "LOCKED",
  clockClass: 6,
  ports: { up0: "SLAVE", dn0: "MASTER" },
  isMeasured: true,
};

/** The boundary clock starts beside a grandmaster that is there. */
export const boundaryStarts: Phase = { title: "it starts", changes: acquires("up0"), clocks: [lockedBoundary] };
