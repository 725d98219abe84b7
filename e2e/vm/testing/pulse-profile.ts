import { receiverPort } from "./receiver.ts";

/** How ts2phc takes time of day from the receiver's sentences and its pulse at sim0, which is stepped where that is quicker. */
export const pulseConf = [
  "[global]",
  "ts2phc.nmea_remote_host 127.0.0.1",
  `ts2phc.nmea_remote_port ${receiverPort}`,
  "step_threshold 0.00002",
  "first_step_threshold 0.00002",
  "[nmea]",
  "ts2phc.master 1",
  "[sim0]",
  "ts2phc.extts_polarity rising",
  "ts2phc.extts_correction 0",
  "",
].join("\n");

/** ts2phc alone. No ptp4l; its configuration says that the clock is no grandmaster, for which gpsd would be started. */
export const pulseProfile = {
  name: "pulse",
  ptp4lOpts: "",
  ptp4lConf: "[global]\nclientOnly 1\n[sim0]\n",
  ts2phcOpts: "-m",
  ts2phcConf: pulseConf,
} as const;
