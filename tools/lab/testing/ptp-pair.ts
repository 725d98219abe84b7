import type { Host, HostProcess, Lab } from "../lab.ts";
import { safeServo } from "../safe-servo.ts";

const shared = [
  "time_stamping software",
  "domainNumber 24",
  "dataset_comparison G.8275.x",
  "network_transport L2",
  "logAnnounceInterval -3",
  "logSyncInterval -4",
  "logMinDelayReqInterval -4",
  "announceReceiptTimeout 3",
  "uds_address /var/run/ptp4l.0.socket",
];

// Only watches the clock: the other end, which shares it, is the one that may adjust it.
const grandmaster = ["free_running 1", "clockClass 6", "clockAccuracy 0x21", "offsetScaledLogVariance 0x4e5d"];

/** A grandmaster and an ordinary clock that run the given linuxptp's ptp4l over one cable. */
export interface PtpPair {
  readonly grandmaster: HostProcess;
  readonly ordinary: HostProcess;
  readonly ordinaryHost: Host;
}

/** Starts the pair in two new hosts of the lab, with settings that are safe for the machine's clock. */
export async function startPtpPair(lab: Lab, programDir: string): Promise<PtpPair> {
  const gm = await lab.host("gm");
  const oc = await lab.host("oc");
  await lab.link({ host: gm, name: "gm0" }, { host: oc, name: "oc0" });
  const start = async (host: Host, port: string, lines: readonly string[]): Promise<HostProcess> => {
    await host.writeFile("/var/run/ptp4l.0.config", ["[global]", ...shared, ...lines, `[${port}]`, ""].join("\n"));
    return host.spawn([`${programDir}/ptp4l`, "-f", "/var/run/ptp4l.0.config", "-m", "-q"]);
  };
  return {
    grandmaster: await start(gm, "gm0", grandmaster),
    ordinary: await start(oc, "oc0", safeServo),
    ordinaryHost: oc,
  };
}
