import { createLab } from "../lab.ts";
import { linuxptpProgramDir } from "../linuxptp/releases.ts";
import { namespaceOf } from "../process-table.ts";
import { startPtpPair } from "./ptp-pair.ts";

/** What a lab that waits to be killed tells about itself, as one line of JSON. */
export interface DoomedLab {
  /** Names of all its namespaces: network, mount and process. */
  readonly namespaces: readonly string[];
  readonly pids: readonly number[];
}

const lab = await createLab();
const pair = await startPtpPair(lab, linuxptpProgramDir("4.2"));
const extra = await lab.host("extra");
extra.spawn(["bash", "-c", "trap '' TERM HUP INT; setsid sleep 1000 & while :; do sleep 1; done"]);
await pair.ordinary.log.waitFor(/to SLAVE|failed to adjust/, 15_000);
const inits = [pair.ordinaryHost.pid, extra.pid];
const programs = [...pair.ordinaryHost.processes(), ...extra.processes()].map(({ pid }) => pid);
const told: DoomedLab = {
  namespaces: inits.flatMap((pid) => (["net", "mnt", "pid"] as const).map((kind) => namespaceOf(pid, kind))),
  pids: [...inits, ...programs],
};
console.log(JSON.stringify(told));
