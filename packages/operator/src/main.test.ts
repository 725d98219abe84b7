import { openSession, ownProtocols, type AgentSession, type OperatorMessage } from "@ptp/wire";
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { parse, stringify } from "yaml";

const mainPath = join(import.meta.dirname, "main.ts");

const manifest = (domainNumber: number) =>
  [
    stringify({ apiVersion: "v1", kind: "Node", metadata: { name: "n" } }),
    stringify({
      apiVersion: "ptp.openshift.io/v1",
      kind: "PtpConfig",
      metadata: { name: "c" },
      spec: {
        profile: [{ name: "oc", interface: "eth0", ptp4lConf: `[global]\ndomainNumber ${domainNumber}\n` }],
        recommend: [{ profile: "oc", priority: 1, match: [{ nodeName: "n" }] }],
      },
    }),
  ].join("---\n");

function startOperator(t: TestContext, directory: string): ChildProcess {
  const off = ["--metrics-bind-address", "0", "--health-probe-bind-address", "0"];
  const args = [mainPath, "--directory", join(directory, "in"), "--session-dir", join(directory, "s"), ...off];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  return child;
}

/** A session once the operator serves; what an agent does at every start. */
async function connect(
  t: TestContext,
  directory: string,
  acceptedRevision = "",
): Promise<{ readonly session: AgentSession; readonly reader: AsyncIterator<OperatorMessage> }> {
  for (;;) {
    const session = openSession({ address: `unix:${join(directory, "s", "n.sock")}` });
    const facts = { nodeName: "n", programs: {}, interfaces: [] };
    const hello = { ...ownProtocols, agentVersion: "t", instanceId: "i", acceptedRevision, facts };
    await session.send({ kind: "hello", hello });
    const reader = session.messages[Symbol.asyncIterator]();
    try {
      assert.equal((await reader.next()).value?.kind, "welcome");
      t.after(() => session.close());
      return { session, reader };
    } catch {
      await setTimeout(50);
    }
  }
}

async function nextConfig(reader: AsyncIterator<OperatorMessage>) {
  const { value } = await reader.next();
  assert.equal(value?.kind, "config");
  return value.issued;
}

const readyOf = async (directory: string) => {
  const path = join(directory, "in", ".status", "PtpConfig.openshift-ptp.c.yaml");
  const { status } = parse(await readFile(path, "utf8").catch(() => "status: {}")) as {
    status: { conditions?: { type: string; status: string; reason: string }[] };
  };
  const ready = status.conditions?.find(({ type }) => type === "Ready");
  return ready === undefined ? "none" : `${ready.status} ${ready.reason}`;
};
const untilReady = async (directory: string, wanted: string) => {
  while ((await readyOf(directory)) !== wanted) await setTimeout(20);
};

test("edit → config → result → status; kill -9 and restart change nothing", { timeout: 180_000 }, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "operator-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  await mkdir(join(directory, "in"));
  await writeFile(join(directory, "in", "c.yaml"), manifest(24));
  const first = startOperator(t, directory);
  const { session, reader } = await connect(t, directory);
  const issued = await nextConfig(reader);
  assert.equal(issued.config.profiles[0]?.ptp4lConf, "[global]\ndomainNumber 24\n");

  const startMs = performance.now();
  await writeFile(join(directory, "in", ".new"), manifest(25));
  await rename(join(directory, "in", ".new"), join(directory, "in", "c.yaml"));
  await session.send({ kind: "result", result: { revision: issued.revision, profiles: [] } });
  const edited = await nextConfig(reader);
  assert.ok(performance.now() - startMs < 30_000, "an edit takes a fraction of a second; see bench");
  assert.equal(edited.config.profiles[0]?.ptp4lConf, "[global]\ndomainNumber 25\n");
  const refused = { name: "c_oc", outcome: "refused", path: "interface", reason: "eth0 does not exist" } as const;
  await session.send({ kind: "result", result: { revision: edited.revision, profiles: [refused] } });
  await untilReady(directory, "False Refused");

  first.kill("SIGKILL");
  await assert.rejects(reader.next(), { status: "UNAVAILABLE", kind: "transient" });
  const second = startOperator(t, directory);
  const again = await connect(t, directory, edited.revision);
  const quiet = Promise.race([again.reader.next(), setTimeout(300, "quiet")]);
  assert.equal(await quiet, "quiet", "the same revision is not sent again");
  assert.equal(await readyOf(directory), "False Refused");
  const report = { revision: edited.revision, outcomes: [refused], clocks: [], processes: [], notices: ["back"] };
  await again.session.send({ kind: "report", report });
  const devicePath = join(directory, "in", ".status", "NodePtpDevice.openshift-ptp.n.yaml");
  while (!(await readFile(devicePath, "utf8").catch(() => "")).includes("back")) await setTimeout(20);
  assert.equal(await readyOf(directory), "False Refused");

  const stopped = new Promise((resolve) => void second.once("exit", (code, signal) => resolve({ code, signal })));
  second.kill("SIGTERM");
  assert.deepEqual(await stopped, { code: 0, signal: null });
});
