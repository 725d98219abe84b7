import { existsSync } from "node:fs";
import { join } from "node:path";
import { encodeRequest, parsePortIdentity, type PortIdentity } from "@ptp/ptp";
import { openLinuxDatagramPort } from "../../packages/agent/src/host/linux-datagram.ts";
import { createManagementClient, type ManagementClient } from "../../packages/agent/src/observe/management-client.ts";
import { createLab } from "../../tools/lab/lab.ts";
import { openBareRoundTrip, type BareRoundTrip } from "../baseline/bare-round-trip.ts";
import { startPersistentPmc, type PersistentPmc } from "../baseline/persistent-pmc.ts";
import { SkippedBenchmark, type Benchmark } from "../benchmark.ts";
import { ptp4lConf } from "../manifests/ptp4l-conf.ts";
import { monotonicMs } from "../measure/monotonic.ts";
import { until } from "../measure/until.ts";
import { linuxptpRelease, ptp4lFolder } from "../programs/program-paths.ts";
import { single } from "../report/measurement.ts";
import { summarize } from "../report/summary.ts";

const domainNumber = 24;
const id = "CURRENT_DATA_SET";
const asker = parsePortIdentity("000000.0000.000000-4711") as PortIdentity;

/** One question to one ptp4l: by the agent's client, by two system calls, and by a pmc that is there already. */
export const management: Benchmark = {
  name: "management",
  title: "one GET of CURRENT_DATA_SET: the agent's client, bare system calls, a persistent pmc",
  run: async ({ workDir, quick, report }) => {
    const program = join(ptp4lFolder(), "pmc");
    if (!existsSync(program)) throw new SkippedBenchmark(`linuxptp ${linuxptpRelease} came without pmc`);
    await using stack = new AsyncDisposableStack();
    // A ptp4l that gives time steers no clock: what does so at the same time is not in the way.
    const lab = stack.adopt(await createLab({ clock: "read-only" }), (made) => made.close());
    const [host, other] = [await lab.host("asked"), await lab.host("other")];
    await lab.link({ host, name: "m0" }, { host: other, name: "m1" });
    const conf = ptp4lConf({ interfaces: ["m0"], domainNumber, priority2: 7, role: "transmitter" });
    // Answers are told apart by their sender's path: it has to be the same on both sides.
    const target = { socketPath: join(workDir, "ptp4l.sock"), domainNumber };
    const socketLine = `uds_address ${target.socketPath}`;
    await host.writeFile("/var/run/ptp4l.0.config", conf.replace("[global]", `[global]\n${socketLine}`));
    host.spawn([`${ptp4lFolder()}/ptp4l`, "-2", "-f", "/var/run/ptp4l.0.config", "-m"]);
    const client = stack.adopt(await openClient(join(workDir, "client.sock")), (opened) => opened.close());
    const answered = async (): Promise<true | undefined> =>
      (await client.get(target, id)).kind === "replies" ? true : undefined;
    await until(answered, { what: "an answer of ptp4l", timeoutMs: 10_000, everyMs: 50 });
    const bare = stack.use(openBareRoundTrip(target.socketPath, join(workDir, "bare.sock")));
    const pmc = stack.use(startPersistentPmc({ ...target, program, ownPath: join(workDir, "pmc.sock") }));
    const turns = await measure({ client, bare, pmc, target }, quick ? 2 : 40);
    const all = (of: keyof Turn): readonly number[] => turns.flatMap((turn) => turn[of]);
    report({ name: "agent's client", unit: "µs", samples: all("ours") });
    report({ name: "bare sendto and recv", unit: "µs", samples: all("bare") });
    report({ name: "persistent pmc", unit: "µs", samples: all("pmc") });
    const [ours, floor, theirs] = [p99(turns, "ours"), p99(turns, "bare"), p99(turns, "pmc")];
    const note = `linuxptp ${linuxptpRelease}; p99 of each turn of ${questionsPerTurn}, the median of the turns: ${told(ours)}, ${told(floor)}, ${told(theirs)} µs`;
    report(single("client to bare at p99", "×", ours / floor, { target: { of: "max", atMost: 2 }, note }));
    report(single("client to pmc at p99", "×", ours / theirs, { target: { of: "max", atMost: 1 } }));
  },
};

const questionsPerTurn = 500;

/** Round trips of one turn in microseconds. */
interface Turn {
  readonly ours: readonly number[];
  readonly bare: readonly number[];
  readonly pmc: readonly number[];
}

/**
 * Other work takes the processor away a few times a second, whoever asks: the longer a way of asking takes, the more of its
 * questions that meets. The median over turns tells what is its own.
 */
function p99(turns: readonly Turn[], of: keyof Turn): number {
  return summarize(turns.map((turn) => summarize(turn[of]).p99)).p50;
}

function told(us: number): string {
  return us.toFixed(0);
}

interface Askers {
  readonly client: ManagementClient;
  readonly bare: BareRoundTrip;
  readonly pmc: PersistentPmc;
  readonly target: { readonly socketPath: string; readonly domainNumber: number };
}

/** In turns, so that other load on the machine meets all three; the first turn is not counted. */
async function measure({ client, bare, pmc, target }: Askers, count: number): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  const bytes = encodeRequest({ action: "GET", id, domainNumber, sequenceId: 1, sourcePortIdentity: asker });
  for (let turn = 0; turn <= count; turn++) {
    const ours = await repeated(async () => {
      const { kind } = await client.get(target, id);
      if (kind !== "replies") throw new Error(`ptp4l did not answer: ${kind}`);
    });
    turns.push({
      ours,
      bare: await repeated(() => void bare.ask(bytes)),
      pmc: await repeated(() => pmc.ask(`GET ${id}`, "meanPathDelay")),
    });
  }
  return turns.slice(1);
}

async function repeated(ask: () => unknown): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let i = 0; i < questionsPerTurn; i++) {
    const startedMs = monotonicMs();
    await ask();
    samples.push((monotonicMs() - startedMs) * 1_000);
  }
  return samples;
}

function openClient(path: string): Promise<ManagementClient> {
  return createManagementClient({
    path,
    openPort: openLinuxDatagramPort,
    sourcePortIdentity: asker,
    onFailure: (error) => {
      throw error;
    },
  });
}
