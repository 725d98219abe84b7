import { monotonicMs } from "../measure/monotonic.ts";
import { until } from "../measure/until.ts";
import { ptp4lConf } from "../manifests/ptp4l-conf.ts";
import { openClockProbe } from "../nodes/clock-probe.ts";
import type { NodeWorld } from "../nodes/node-world.ts";
import { ptp4lFolder } from "../programs/program-paths.ts";

const domainNumber = 77;

/** The floor under every start: ptp4l started by hand in a host with nothing else in it, until it answers. */
export async function bareStarts(world: NodeWorld, repetitions: number): Promise<readonly number[]> {
  const host = await world.host("bare");
  await world.lab.link({ host, name: "b0" }, { host: world.operatorHost, name: "x-bare" });
  const conf = ptp4lConf({ interfaces: ["b0"], domainNumber, priority2: 7, role: "transmitter" });
  const socketLine = "uds_address /var/run/ptp4l.9.socket";
  await host.writeFile("/var/run/ptp4l.9.config", conf.replace("[global]", `[global]\n${socketLine}`));
  const target = {
    socketPath: host.path("/var/run/ptp4l.9.socket"),
    domainNumber,
    ownPath: world.sharedSocket("bare"),
  };
  await using probe = await openClockProbe(target);
  const samples: number[] = [];
  for (let turn = 0; turn < repetitions; turn++) {
    const startedMs = monotonicMs();
    const running = host.spawn([`${ptp4lFolder()}/ptp4l`, "-2", "-f", "/var/run/ptp4l.9.config", "-m"]);
    const answered = async (): Promise<number | undefined> =>
      (await probe.get("DEFAULT_DATA_SET")) === undefined ? undefined : monotonicMs() - startedMs;
    samples.push(await until(answered, { what: "an answer of a bare ptp4l", timeoutMs: 5_000, everyMs: 2 }));
    await running.stop();
  }
  return samples;
}
