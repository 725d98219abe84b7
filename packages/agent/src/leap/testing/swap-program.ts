import { createRegistry, silentLogger } from "@ptp/kit";
import type { NodeConfig } from "@ptp/node";
import { readCommandLine } from "../../agent-options.ts";
import { createAgentCore, type AgentCore } from "../../create-agent-core.ts";
import { eventually } from "../../process/testing/fixture.ts";

/** What the program tells at its end, as one line of JSON. */
export interface SwapOutcome {
  /** PID and number of starts of ts2phc: at first, after another list, after a receiver told of a leap second. */
  readonly runs: readonly { readonly pid: number | undefined; readonly starts: number | undefined }[];
  readonly lines: readonly string[];
  readonly standing: string | undefined;
}

const unused = { nodePath: "", agentPath: "", operatorPath: "", eventNaming: {}, clusterEnvironment: {} };

/** Runs an agent's core with a ts2phc, and changes its leap seconds in two ways: argv is its folder, programs and list. */
async function main([
  folder = "",
  programs = "",
  list = "",
  indication = "{}",
]: readonly string[]): Promise<SwapOutcome> {
  const flags = ["--node-name", "swap", "--state-dir", `${folder}/state`, "--program-path", programs];
  const command = readCommandLine(flags, {});
  if (command.kind !== "run") throw new Error("flags of an agent");
  const lines: string[] = [];
  const sink = { writeLine: (line: string) => lines.push(line) > 0, flush: () => Promise.resolve() };
  const path = process.env["PATH"] ?? "";
  const input = { options: command.options, log: silentLogger, sink, path, pid: process.pid, surroundings: unused };
  const core = createAgentCore(input, createRegistry());
  const heard = (count: number) => lines.filter((line) => line.includes("leap seconds")).length === count;
  await core.leap.start();
  await core.applier.resume(undefined);
  core.observer.onLeap({ kind: "no-list", origin: "file" });
  offer(core, "r1", undefined);
  await eventually("ts2phc has read its list", () => heard(1), 15_000);
  const runs = [runOf(core)];
  offer(core, "r2", list);
  await eventually("ts2phc has read another list", () => heard(2), 15_000);
  runs.push(runOf(core));
  core.observer.onLeap({ kind: "indication", indication: JSON.parse(indication) });
  await eventually("ts2phc has read what the receiver told", () => heard(3), 15_000);
  runs.push(runOf(core));
  const standing = core.leap.report()?.standing;
  await core.applier.stop();
  await core.supervisor.stopAll();
  await Promise.all([core.observer.stop(), core.inventory.stop(), core.leap.stop()]);
  await core.management.stop();
  return { runs, lines, standing };
}

function offer(core: AgentCore, revision: string, leapSeconds: string | undefined): void {
  const ts2phcConf = "[global]\n[lo]\n";
  const ptpSettings = { clockType: "T-BC" };
  const profile = { name: "a", ptp4lOpts: "", ts2phcOpts: " ", ts2phcConf, ptpSettings };
  const empty: NodeConfig = { nodeName: "swap", profiles: [profile], hardware: [], plugins: [], secrets: [] };
  const config = leapSeconds === undefined ? empty : { ...empty, leapSeconds };
  core.applier.offer({ issued: { revision, config }, dropped: [], answer: () => undefined });
}

function runOf({ supervisor }: AgentCore): SwapOutcome["runs"][number] {
  const { pid, starts } = supervisor.processes().find(({ program }) => program === "ts2phc") ?? {};
  return { pid, starts };
}

void main(process.argv.slice(2)).then((outcome) => {
  console.log(JSON.stringify(outcome));
  process.exit(0);
});
