import type { ExpectedChange, ExpectedClock, Phase } from "./scenario.ts";
/** An ordinary clock behind a grandmaster: what most scenarios begin with. */
export declare const ordinary: {
  readonly networks: {
    readonly lan: readonly ["gm:gm0", "node:oc0"];
  };
  readonly sources: {
    readonly gm: readonly string[];
  };
  readonly profiles: readonly [import("@ptp/node").NodeProfile];
};
/** The same with a holdover that outlasts what is done to it. */
export declare const patientOrdinary: {
  readonly networks: {
    readonly lan: readonly ["gm:gm0", "node:oc0"];
  };
  readonly sources: {
    readonly gm: readonly string[];
  };
  readonly profiles: readonly [import("@ptp/node").NodeProfile];
};
/** It as it shall be. */
export declare const lockedOrdinary: ExpectedClock;
/** A port of any clock has found its time transmitter. */
export declare function toLocked(from: ExpectedChange["from"], port: string, config?: string): ExpectedChange;
/** From nothing known to LOCKED on that port. `config`: of which ptp4l. */
export declare function acquires(port: string, config?: string): readonly ExpectedChange[];
/** The one port is lost in that state, and with it, after 1 s, holdover. */
export declare function losesPort(portState: string, port?: string): readonly ExpectedChange[];
/** The ordinary clock starts beside a grandmaster that is there. */
export declare const ordinaryStarts: Phase;
/** It is back after it was lost. */
export declare const ordinaryReturns: {
  readonly changes: readonly [ExpectedChange];
  readonly clocks: readonly [ExpectedClock];
};
