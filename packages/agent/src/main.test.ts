import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { eventually, fixturePath } from "./process/testing/fixture.ts";

const mainPath = fileURLToPath(new URL("main.ts", import.meta.url));

/** The folder of an agent and its node. */
interface Node {
  readonly folder: string;
  readonly name: string;
  /** Those that were started there. */
  readonly agents: ChildProcess[];
}

interface RunningAgent {
  readonly process: ChildProcess;
  readonly output: () => string;
}

async function node(t: TestContext): Promise<Node | undefined> {
  const probe = spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "tmpfs", "/run"]);
  if (probe.status !== 0) {
    t.skip("cannot make a mount namespace: rendered paths are literal, a test needs its own /run");
    return undefined;
  }
  const folder = await mkdtemp(join(tmpdir(), "ptp-agent-"));
  const agents: ChildProcess[] = [];
  t.after(async () => {
    // One that lives writes to the folder while it is taken away.
    await Promise.all(agents.map(killed));
    await rm(folder, { recursive: true });
  });
  return { folder, name: `node-${process.pid}`, agents };
}

async function killed(agent: ChildProcess): Promise<void> {
  if (agent.exitCode !== null || agent.signalCode !== null) return;
  const exited = once(agent, "exit");
  agent.kill("SIGKILL");
  await exited;
}

/** Starts a real agent in a mount namespace with a /run of its own. */
function startAgent(
  { folder, name, agents }: Node,
  more: readonly string[] = [],
  wrapper: readonly string[] = [],
): RunningAgent {
  const privateRun = 'mount -t tmpfs tmpfs /run && exec "$@"';
  const flags = ["--linuxptp-profile-path", folder, "--state-dir", join(folder, "state")];
  const ports = ["--metrics-bind-address", "127.0.0.1:0", "--probe-bind-address", "127.0.0.1:0"];
  const programs = ["--program-path", fixturePath("bin")];
  const agent = [...wrapper, process.execPath, mainPath, ...flags, ...ports, ...programs, ...more];
  const child = spawn("unshare", ["-m", "sh", "-c", privateRun, "sh", ...agent], {
    env: { PATH: process.env["PATH"] ?? "", NODE_NAME: name },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  agents.push(child);
  return { process: child, output: () => output };
}

/** Processes that bear the mark of the node's agents. */
async function marked({ folder, name }: Node): Promise<readonly string[]> {
  const pids = (await readdir("/proc")).filter((pid) => /^\d+$/.test(pid));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
      return environment.includes(`PTP_AGENT_OWNER=${name}@${folder}/state`) ? [pid] : [];
    }),
  );
  return found.flat();
}

async function untilMarked(node: Node, what: string, holds: (pids: readonly string[]) => boolean): Promise<void> {
  const endMs = performance.now() + 60_000;
  for (;;) {
    const pids = await marked(node);
    if (holds(pids)) return;
    assert.ok(performance.now() < endMs, `${what}: ${pids.length} processes bear the mark`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function writeProfiles({ folder, name }: Node, profiles: readonly object[]): Promise<void> {
  const temporary = join(folder, ".new");
  await writeFile(temporary, JSON.stringify(profiles));
  await rename(temporary, join(folder, name));
}

const profile = (name: string, domainNumber: number) => ({
  name,
  ptp4lOpts: "-2",
  ptp4lConf: `[global]\ndomainNumber ${domainNumber}\n[lo]\n`,
});

test("file mode: an edit restarts what it touches; SIGTERM ends all with exit code 0", async (t) => {
  const home = await node(t);
  if (home === undefined) return;
  await writeProfiles(home, [profile("a", 1), profile("b", 2)]);
  const agent = startAgent(home);
  const starts = () => [...agent.output().matchAll(/"message":"(ptp4l\.\d) started"/g)].map(([, key]) => key);
  await eventually("both run", () => starts().length === 2);
  await writeProfiles(home, [profile("a", 1), profile("b", 3)]);
  await eventually("b runs anew", () => starts().length === 3);
  // The first two are started at once: which of them is up first is nobody's promise.
  assert.deepEqual(new Set(starts().slice(0, 2)), new Set(["ptp4l.0", "ptp4l.1"]));
  assert.deepEqual(starts().slice(2), ["ptp4l.1"]);
  await writeProfiles(home, [profile("a", 1), { name: "b", ptp4lOpts: 7 }]);
  await eventually("b is refused", () => agent.output().includes('"message":"profile refused"'));
  assert.equal(starts().length, 3);
  agent.process.kill("SIGTERM");
  assert.deepEqual(await once(agent.process, "exit"), [0, null]);
  assert.deepEqual(await marked(home), []);
});

test("kill -9 of an agent leaves nothing behind, and the next one runs what was accepted without any source", async (t) => {
  const home = await node(t);
  if (home === undefined) return;
  await writeProfiles(home, [profile("a", 1)]);
  const first = startAgent(home);
  await eventually("it runs", () => first.output().includes("ptp4l[1.0]: up"));
  first.process.kill("SIGKILL");
  await untilMarked(home, "the death signal ends the program, its own child may remain", (pids) => pids.length <= 1);
  await rm(join(home.folder, home.name));
  const startedMs = performance.now();
  const second = startAgent(home, ["--operator", `unix:${home.folder}/nobody.sock`]);
  await eventually("it runs again", () => second.output().includes("ptp4l[1.0]: up"));
  t.diagnostic(
    `agent start to program running: ${Math.round(performance.now() - startedMs)} ms, from TypeScript sources`,
  );
  second.process.kill("SIGTERM");
  await once(second.process, "exit");
  await untilMarked(home, "nothing is left", (pids) => pids.length === 0);
});

test("what no death signal reached is swept by the next agent before it starts anything", async (t) => {
  const home = await node(t);
  if (home === undefined) return;
  await writeProfiles(home, [profile("a", 77)]);
  const first = startAgent(home);
  await eventually("it runs", () => first.output().includes("ptp4l[1.0]: up"));
  first.process.kill("SIGKILL");
  await once(first.process, "exit");
  await untilMarked(home, "the daemonised child outlives its agent", (pids) => pids.length > 0);
  await writeProfiles(home, []);
  await rm(join(home.folder, "state"), { recursive: true });
  const second = startAgent(home);
  await eventually("it sweeps", () => second.output().includes("a former agent left behind"));
  await untilMarked(home, "nothing is left", (pids) => pids.length === 0);
});

test("a reader of its output that goes away does not end the agent, and neither does its terminal", async (t) => {
  const home = await node(t);
  if (home === undefined) return;
  await writeProfiles(home, [profile("a", 1)]);
  const agent = startAgent(home);
  await eventually("it runs", () => agent.output().includes("ptp4l[1.0]: up"));
  agent.process.stdout?.destroy();
  const before = await marked(home);
  await writeProfiles(home, [profile("a", 1), profile("b", 2)]);
  await untilMarked(home, "an edit works", (pids) => pids.length > before.length);
  agent.process.kill("SIGHUP");
  assert.deepEqual(await once(agent.process, "exit"), [0, null]);
  assert.deepEqual(await marked(home), []);
});

test("a reader of its output that stalls costs lines and nothing else", async (t) => {
  const home = await node(t);
  if (home === undefined) return;
  await writeProfiles(home, [profile("a", 1)]);
  // A pipe is full before the agent starts, and nobody ever reads it.
  const full = 'mkfifo "$0" && exec 3<>"$0" && head -c 65536 /dev/zero >&3 && exec "$@" >&3';
  const agent = startAgent(home, [], ["sh", "-c", full, join(home.folder, ".fifo")]);
  await untilMarked(home, "it runs", (pids) => pids.length > 0);
  const endMs = performance.now() + 30_000;
  agent.process.kill("SIGTERM");
  assert.deepEqual(await once(agent.process, "exit"), [0, null]);
  assert.ok(performance.now() < endMs);
  assert.deepEqual(await marked(home), []);
});

test("a command line that cannot be used ends with 2, help and version with 0", () => {
  const run = (args: readonly string[]) =>
    spawnSync(process.execPath, [mainPath, ...args], { env: { PATH: "" }, encoding: "utf8" });
  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [["--version"], 0, /^\d+\.\d+\.\d+\n$/],
    [["--help"], 0, /--linuxptp-profile-path/],
    [[], 2, /NODE_NAME is not set/],
    [["--node-name", "n", "--update-intervall", "3"], 2, /Unknown argument.*update-intervall/],
    [["--node-name", "n", "--use-controller=true", "--operator", "unix:/x"], 2, /brings an operator of its own/],
    [["--node-name", "n", "--operator", "host:1"], 2, /give --operator-ca, --operator-cert, --operator-key too/],
    [["--node-name", "n", "--operator", "unix:relative"], 2, /absolute path/],
    [["--node-name", "n", "--metrics-bind-address", "x"], 2, /write host:port/],
  ];
  for (const [args, status, text] of cases) {
    const result = run(args);
    assert.match(result.stdout + result.stderr, text);
    assert.equal(result.status, status, args.join(" "));
  }
});
