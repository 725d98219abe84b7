import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import { emulatorIn } from "./fetch-emulator.ts";
import { firstFiles } from "./first-files.ts";
import { ptpsimParameters, type MachineOptions } from "./machine.ts";
import { vmFiles } from "./vm-files.ts";

/** A machine and what it is to do. */
export interface MachineRun {
  /** Names the folder in which the console and all that came of it stay. */
  readonly name: string;
  readonly machine: MachineOptions;
  /** A program of this machine (absolute) with its arguments; the test machine ends when it does. */
  readonly argv: readonly string[];
  /** The machine is ended after this time. */
  readonly timeoutMs: number;
}

/** What came of a run. */
export interface MachineOutcome {
  /** The folder that the guest saw as `/run/vm` and could write to. */
  readonly folder: string;
  /** All that was printed on its console. */
  readonly console: string;
  /** Why it did not end by itself; undefined: it did. */
  readonly trouble: string | undefined;
}

/** Boots a machine, has it run a program, and waits for its end. */
export async function runMachine({ name, machine, argv, timeoutMs }: MachineRun): Promise<MachineOutcome> {
  const folder = join(vmFiles.runs, name);
  const exchange = join(folder, "exchange");
  await rm(folder, { recursive: true, force: true });
  await mkdir(exchange, { recursive: true });
  await writeFile(join(folder, "first-files.cpio"), await firstFiles());
  await writeFile(join(exchange, "ptpsim-parameters"), `${ptpsimParameters(machine)}\n`);
  await writeFile(join(exchange, "start"), `cd ${quoted(process.cwd())}\nexec ${argv.map(quoted).join(" ")}\n`);
  const { argv: emulator, env } = emulatorIn(vmFiles.emulator);
  // It ends with this program, however that ends.
  const flags = ["--pdeathsig", "KILL", "--", ...emulator, ...machineFlags(folder, exchange)];
  const child = spawn("setpriv", flags, { env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "pipe"] });
  takePrecedence(child.pid);
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaints = (complaints + text).slice(-2_000)));
  const kill = (): boolean => child.kill("SIGKILL");
  process.once("exit", kill);
  const timer = setTimeout(kill, timeoutMs);
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  clearTimeout(timer);
  process.off("exit", kill);
  const console = await readFile(join(folder, "console"), "utf8").catch(() => "");
  return { folder: exchange, console, trouble: troubleOf({ code, signal, complaints, timeoutMs }) };
}

/** A machine that has to wait for its turn stands still, while its clock goes on. */
function takePrecedence(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_HIGH);
  } catch {
    // Only root may; on a machine with nothing else to do it does not matter.
  }
}

/** Emulated throughout: a kernel of Debian does not start where virtualisation is nested in some containers. */
const fixedFlags: readonly string[] = [
  ..."-accel tcg,thread=multi -cpu max -m 2048 -smp 2".split(" "),
  ..."-nodefaults -no-reboot -display none -monitor none -net none".split(" "),
];

function machineFlags(folder: string, exchange: string): readonly string[] {
  const share = (tag: string, path: string, more: string): readonly string[] => [
    "-virtfs",
    `local,path=${path},mount_tag=${tag},security_model=none,multidevs=remap${more}`,
  ];
  return [
    ...fixedFlags,
    "-serial",
    `file:${join(folder, "console")}`,
    "-kernel",
    join(vmFiles.kernel, "vmlinuz"),
    "-initrd",
    join(folder, "first-files.cpio"),
    "-append",
    "console=ttyS0 quiet panic=-1 mitigations=off",
    ...share("machine", "/", ",readonly=on"),
    ...share("exchange", exchange, ""),
  ];
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

interface EmulatorEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly complaints: string;
  readonly timeoutMs: number;
}

function troubleOf({ code, signal, complaints, timeoutMs }: EmulatorEnd): string | undefined {
  if (signal === "SIGKILL") return `it did not end within ${timeoutMs / 1000} s`;
  if (code === 0) return undefined;
  return `the emulator ended with ${code ?? signal}: ${complaints.trim()}`;
}
