import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { metricValue, parseMetricsText } from "../../tools/demo/world/metrics-text.ts";
import { createLab, type Host } from "../../tools/lab/lab.ts";
import type { BenchContext, Benchmark } from "../benchmark.ts";
import { watchProcess } from "../measure/watch-process.ts";
import { until } from "../measure/until.ts";
import { bundledProgram } from "../programs/program-paths.ts";
import { single } from "../report/measurement.ts";

interface Load {
  readonly linesPerS: number;
  readonly form: "summary" | "offset";
  /** What the existing stack's two programs take for it, in percent of a core. */
  readonly existingPercent: number;
}

const loads: readonly Load[] = [
  { linesPerS: 18, form: "summary", existingPercent: 0.97 },
  { linesPerS: 71, form: "offset", existingPercent: 3.7 },
];
const settingsFolder = "/etc/linuxptp";
const profiles = JSON.stringify([
  {
    name: "load",
    ptp4lOpts: "-2",
    phc2sysOpts: "-a -r -n 24",
    ptp4lConf: "[global]\ndomainNumber 24\n[x0]\n[x1]\n",
    // What the stand-in answers was measured with software time stamps.
    ptpClockThreshold: { holdOverTimeout: 5, maxOffsetThreshold: 1_000, minOffsetThreshold: -1_000 },
  },
]);
const startMs = 20_000;
/** V8 compiles a function for good at its 3,000th call, what a line calls by then at 9 lines a second; agents run for months. */
const compiledAfterMs = 340_000;
const stopMs = 15_000;
const bareReader = join(import.meta.dirname, "../baseline/bare-reader.ts");
const standIn = join(import.meta.dirname, "../programs/stand-in.ts");

/** CPU of the agent while ptp4l and phc2sys print. */
export const agentLoad: Benchmark = {
  name: "agent-load",
  title: "CPU of the agent while ptp4l and phc2sys print 18 summaries or 71 offsets a second",
  run: async (context) => {
    for (const load of loads) await measure(context, load);
  },
};

async function measure(context: BenchContext, load: Load): Promise<void> {
  const { linesPerS, form, existingPercent } = load;
  const name = `${linesPerS} ${form} lines/s`;
  const lab = await createLab();
  try {
    const host = await lab.host("loaded");
    const programs = await writeStandIns(join(context.workDir, form), load);
    const { first, settled } = await loadAgent(context, host, programs);
    const barePercent = await loadBareReader(context, host, programs);
    const target = { of: "max", atMost: existingPercent / 2 } as const;
    const note = `the existing stack: ${existingPercent} %`;
    context.report(single(`${name}: CPU, first minutes`, "% of a core", first.cpuPercent));
    context.report(single(`${name}: CPU`, "% of a core", settled.cpuPercent, { target, note }));
    context.report(single(`${name}: CPU of a Node that drops them`, "% of a core", barePercent));
    context.report(single(`${name}: agent to that`, "×", settled.cpuPercent / barePercent));
    context.report({ name: `${name}: RSS`, unit: "MiB", samples: settled.rssMiB });
  } finally {
    await lab.close();
  }
}

async function loadAgent(context: BenchContext, host: Host, programs: string) {
  await host.run(["ip", "link", "add", "x0", "type", "veth", "peer", "name", "x1"]);
  await host.writeFile(`${settingsFolder}/loaded`, profiles);
  const words = ["--node-name", "loaded", "--linuxptp-profile-path", settingsFolder, "--program-path", programs];
  const agent = host.spawn([...bundledProgram(context.dist, "ptp-agent"), ...words]);
  const what = "LOCKED of both clocks";
  await until(() => areLocked(host), { what, timeoutMs: 30_000, everyMs: 200 });
  const pid = (await agent.pid()) ?? 0;
  // What was compiled at the start is not the load.
  await sleep(context.quick ? 1_000 : startMs);
  const first = await watchProcess(pid, context.watchMs);
  await sleep(context.quick ? 0 : Math.max(0, compiledAfterMs - startMs - context.watchMs));
  const settled = await watchProcess(pid, context.watchMs);
  await agent.stop(stopMs);
  return { first, settled };
}

/** What reading costs a program of Node by itself. */
async function loadBareReader(context: BenchContext, host: Host, programs: string): Promise<number> {
  const conf = "/run/bare.conf";
  await host.writeFile(conf, "[global]\nuds_address /run/bare\n");
  const reader = host.spawn([process.execPath, bareReader, programs, conf]);
  await sleep(context.quick ? 1_000 : startMs);
  const { cpuPercent } = await watchProcess((await reader.pid()) ?? 0, context.watchMs);
  await reader.stop(stopMs);
  return cpuPercent;
}

/** Half of the lines come from each of two programs. */
async function writeStandIns(folder: string, { linesPerS, form }: Load): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const program of ["ptp4l", "phc2sys"]) {
    const path = join(folder, program);
    const words = [process.execPath, standIn, program, String(linesPerS / 2), form];
    await writeFile(path, `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`);
    await chmod(path, 0o755);
  }
  return folder;
}

async function areLocked(host: Host): Promise<true | undefined> {
  const answer = await host.httpGet(9091, "/metrics").catch(() => undefined);
  if (answer === undefined) return undefined;
  const lines = parseMetricsText(answer.body);
  const isLocked = (process: string): boolean => metricValue(lines, "openshift_ptp_clock_state", { process }) === 1;
  return isLocked("ptp4l") && isLocked("phc2sys") ? true : undefined;
}
