import type { Host, Lab } from "../../lab/lab.ts";
import { linuxptpProgramDir } from "../../lab/linuxptp/releases.ts";

/** linuxptp of the nodes. */
export const agentLinuxptp = linuxptpProgramDir("4.2");

const grandmasterConf = (nodeNames: readonly string[]) => [
  "[global]",
  "time_stamping software",
  "domainNumber 24",
  "dataset_comparison G.8275.x",
  "network_transport L2",
  "logAnnounceInterval -3",
  "logSyncInterval -4",
  "logMinDelayReqInterval -4",
  "free_running 1",
  "clockClass 6",
  "clockAccuracy 0x21",
  "offsetScaledLogVariance 0x4e5d",
  "serverOnly 1",
  ...nodeNames.map((name) => `[g-${name}]`),
  "",
];

/**
 * Makes a host for each node, with interface `o0` to a grandmaster in domain 24 that is not of the cluster: it gives time
 * whatever happens there.
 */
export async function joinAgentHosts(lab: Lab, nodeNames: readonly string[]): Promise<ReadonlyMap<string, Host>> {
  const grandmaster = await lab.host("gm");
  const hosts = new Map<string, Host>();
  for (const name of nodeNames) {
    const host = await lab.host(name);
    hosts.set(name, host);
    await lab.link({ host: grandmaster, name: `g-${name}` }, { host, name: "o0" });
  }
  await grandmaster.writeFile("/var/run/gm.conf", grandmasterConf(nodeNames).join("\n"));
  grandmaster.spawn([`${agentLinuxptp}/ptp4l`, "-f", "/var/run/gm.conf", "-m", "-q"]);
  return hosts;
}
