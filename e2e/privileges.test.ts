import assert from "node:assert/strict";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { agentCapabilities, type Capability } from "@ptp/node";
import { linuxptpMissing, linuxptpProgramDir } from "../tools/lab/linuxptp/releases.ts";
import { createLab, type Host, type HostProcess } from "../tools/lab/lab.ts";
import { labMissing } from "../tools/lab/preflight.ts";
import { safeServo } from "../tools/lab/safe-servo.ts";
import { fastClock } from "./testing/fast-clock.ts";

const release = "4.2";
const programs = linuxptpProgramDir(release);
const agentProgram = join(import.meta.dirname, "../packages/agent/src/main.ts");
const limitMs = 90_000;

type Transport = "L2" | "UDPv4";

/** A profile that asks for everything the list is about: real-time priority too. */
function profile(transport: Transport): string {
  const ptp4lConf = ["[global]", ...fastClock, `network_transport ${transport}`, ...safeServo, "[oc0]", ""].join("\n");
  const scheduling = { ptpSchedulingPolicy: "SCHED_FIFO", ptpSchedulingPriority: 10 };
  const ptp4lOpts = transport === "L2" ? "-2" : "-4";
  return JSON.stringify([{ name: "oc", ptp4lOpts, ptp4lConf, ...scheduling }]);
}

interface World {
  readonly gm: Host;
  readonly oc: Host;
}

async function openWorld(t: TestContext): Promise<World | undefined> {
  const missing = linuxptpMissing(release) ?? (await labMissing());
  if (missing !== undefined) {
    t.skip(missing);
    return undefined;
  }
  const lab = await createLab();
  t.after(() => lab.close());
  if (!lab.clock.adjustable) {
    t.skip(`ports stay UNCALIBRATED: ${lab.clock.reason}`);
    return undefined;
  }
  const [gm, oc] = [await lab.host("gm"), await lab.host("oc")];
  const gmEnd = { host: gm, name: "gm0", address: "192.0.2.1/24" };
  await lab.link(gmEnd, { host: oc, name: "oc0", address: "192.0.2.2/24" });
  return { gm, oc };
}

async function startGrandmaster(gm: Host, transport: Transport): Promise<HostProcess> {
  const lines = [...fastClock, `network_transport ${transport}`, "free_running 1", "clockClass 6"];
  await gm.writeFile("/var/run/gm.config", ["[global]", ...lines, "[gm0]", ""].join("\n"));
  return gm.spawn([`${programs}/ptp4l`, "-f", "/var/run/gm.config", "-m", "-q"]);
}

/** Starts an agent that holds these capabilities and can never get another. */
async function startAgent(oc: Host, transport: Transport, capabilities: readonly Capability[]): Promise<HostProcess> {
  await oc.writeFile("/etc/linuxptp/oc", profile(transport));
  const set = ["-all", ...capabilities.map((name) => `+${name.toLowerCase()}`)].join();
  const limited = ["setpriv", "--bounding-set", set, "--inh-caps", set, "--no-new-privs", "--"];
  const flags = ["--program-path", programs, "--node-name", "oc"];
  return oc.spawn([...limited, process.execPath, agentProgram, ...flags]);
}

const slave = /UNCALIBRATED to SLAVE/;

/** What is seen when one of them is missing, of a transport that needs it. */
const needed: readonly (readonly [Capability, Transport, RegExp])[] = [
  ["SYS_TIME", "L2", /failed to adjust the clock: Operation not permitted/],
  ["NET_RAW", "L2", /INITIALIZING to FAULTY/],
  ["NET_BIND_SERVICE", "UDPv4", /INITIALIZING to FAULTY/],
  ["SYS_NICE", "L2", /the capability SYS_NICE is missing/],
];

test("an agent with exactly the listed capabilities", { timeout: 400_000 }, async (t) => {
  const world = await openWorld(t);
  if (world === undefined) return;
  const { gm, oc } = world;
  const without = (missing: Capability) => agentCapabilities.filter((name) => name !== missing);
  for (const transport of ["L2", "UDPv4"] as const) {
    const grandmaster = await startGrandmaster(gm, transport);
    await t.test(`${transport}: ptp4l reaches SLAVE with real-time priority`, async (t) => {
      const agent = await startAgent(oc, transport, agentCapabilities);
      t.after(() => agent.stop());
      await agent.log.waitFor(slave, limitMs);
      assert.match(await oc.run(["sh", "-c", "chrt -p $(pgrep -x ptp4l)"]), /SCHED_FIFO[^]*priority: 10/);
      assert.equal((await agent.stop(60_000)).code, 0);
    });
    for (const [missing, , sign] of needed.filter(([, where]) => where === transport)) {
      await t.test(`${transport} without ${missing}: ${sign.source}`, async (t) => {
        const agent = await startAgent(oc, transport, without(missing));
        t.after(() => agent.stop(15_000));
        await agent.log.waitFor(sign, limitMs);
        // What has no priority runs none the less.
        if (missing === "SYS_NICE") await agent.log.waitFor(slave, limitMs);
        else assert.ok(!agent.log.lines.some((line) => slave.test(line)), "it is in nobody's step");
      });
    }
    await grandmaster.stop();
  }
  await t.test("without NET_ADMIN the driver is not asked for hardware timestamps", async () => {
    const ask = ["sh", "-c", `${programs}/hwstamp_ctl -i oc0 -t 1 -r 1 2>&1 || true`];
    const limited = (set: string) => ["setpriv", "--bounding-set", set, "--inh-caps", set, "--"];
    assert.match(await oc.run([...limited("-all,+net_admin"), ...ask]), /Operation not supported/);
    assert.match(await oc.run([...limited("-all,+net_raw"), ...ask]), /Operation not permitted/);
  });
  await t.test("without SETUID, SETGID or KILL a program of another user is not started, or not ended", async () => {
    const caps = (names: readonly Capability[]) => ["-all", ...names.map((name) => `+${name.toLowerCase()}`)].join();
    const limited = (names: readonly Capability[]) => [
      "setpriv",
      "--bounding-set",
      caps(names),
      "--inh-caps",
      caps(names),
    ];
    const other = ["setpriv", "--reuid", "65532", "--regid", "65532", "--clear-groups"];
    // It is another user's once it is "sleep", or never: then it has ended.
    const isOther = 'case "$(cat /proc/$!/stat)" in *"(sleep) S "* | *") Z "* | "") break ;; esac';
    const sleeper = `${other.join(" ")} sleep 3 & while :; do ${isOther}; sleep 0.05; done 2>/dev/null; kill $!`;
    const attempt = (names: readonly Capability[]) =>
      oc.run([...limited(names), "sh", "-c", `(${sleeper}) 2>&1; exit 0`]);
    assert.doesNotMatch(await attempt(agentCapabilities), /not permitted/);
    for (const missing of ["SETUID", "SETGID", "KILL"] as const) {
      assert.match(await attempt(without(missing)), /not permitted|No such process/, missing);
    }
  });
});
