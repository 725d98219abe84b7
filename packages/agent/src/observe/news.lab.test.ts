import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { eventually, missing, startBoundaryClock, type RealClocks } from "./testing/real-clocks.ts";

/** More than an unattached socket's queue holds. */
const changesWanted = 20;

/** An agent's subscription in a process of its own, which can be stopped; says when ptp4l has taken it. */
async function subscriber(t: TestContext, { bc, dir }: RealClocks, attached: boolean): Promise<ChildProcess> {
  const module = (path: string) => JSON.stringify(import.meta.resolve(path));
  const source = `import { openLinuxDatagramPort as open } from ${module("../host/linux-datagram.ts")};
    import { attachedTo } from ${module("../host/attached-port.ts")};
    import { createManagementClient } from ${module("./management-client.ts")};
    import { newsWanted } from ${module("./news-subscription.ts")};
    const client = await createManagementClient({
      path: ${JSON.stringify(join(dir, attached ? "attached" : "plain"))},
      openPort: ${attached ? "attachedTo(open)" : "open"},
      sourcePortIdentity: { clockIdentity: "000000.0000.000001", portNumber: 1 },
      onFailure() {},
    });
    const wanted = { ...newsWanted, durationS: 120 };
    const outcome = await client.set(${JSON.stringify(bc.target)}, "SUBSCRIBE_EVENTS_NP", wanted, { timeoutMs: 10_000 });
    console.log(outcome.kind);
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  assert.equal(said.toString().trim(), "replies");
  return child;
}

/** Changes the grandmaster's class until the boundary clock has heard of it so often, or answers no more. */
async function changeParent(clocks: RealClocks, times: number): Promise<number> {
  const { gm, client } = clocks;
  const settings = await client.get(gm.target, "GRANDMASTER_SETTINGS_NP");
  const body = settings.kind === "replies" ? settings.replies[0]?.body : undefined;
  assert.ok(body !== undefined);
  for (let changes = 0; changes < times; changes++) {
    const clockClass = changes % 2 === 0 ? 7 : 6;
    await client.set(gm.target, "GRANDMASTER_SETTINGS_NP", { ...body, clockClass });
    if (!(await hasHeard(clocks, clockClass))) return changes;
  }
  return times;
}

/** Waits until the boundary clock follows that class; false if it does not answer any more. */
async function hasHeard({ bc, client }: RealClocks, clockClass: number): Promise<boolean> {
  let heard: number | undefined;
  do {
    const parent = await client.get(bc.target, "PARENT_DATA_SET");
    heard = parent.kind === "replies" ? parent.replies[0]?.body.grandmasterClockClass : undefined;
  } while (heard !== undefined && heard !== clockClass);
  return heard === clockClass;
}

// 3.1.1 tells of port states only.
for (const release of ["4.2", "4.4"]) {
  test(`ptp4l ${release}: an agent that stands still stops it, unless its socket is attached`, async (t) => {
    const reason = await missing(release);
    if (reason !== undefined) {
      t.skip(reason);
      return;
    }
    const clocks = await startBoundaryClock(t, release);
    const { bc, client } = clocks;
    await eventually(async () => {
      const parent = await client.get(bc.target, "PARENT_DATA_SET");
      return parent.kind === "replies" && parent.replies[0]?.body.grandmasterClockClass === 6;
    }, "grandmaster as parent");
    const attached = await subscriber(t, clocks, true);
    attached.kill("SIGSTOP");
    assert.equal(await changeParent(clocks, changesWanted), changesWanted);
    attached.kill("SIGKILL");
    const plain = await subscriber(t, clocks, false);
    plain.kill("SIGSTOP");
    const heard = await changeParent(clocks, changesWanted);
    assert.ok(heard < changesWanted, "the bound that attaching removes is gone: ADR 0005 can be simpler");
    plain.kill("SIGKILL");
    await eventually(async () => (await client.get(bc.target, "DEFAULT_DATA_SET")).kind === "replies", "it goes on");
  });
}
