import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessReport, ProcessState, ProgramName } from "@ptp/node";
import { agentProbes, readiness, type ProbeState } from "./agent-probes.ts";

function report(program: ProgramName, state: ProcessState): ProcessReport {
  const up = state === "running" || state === "starting" ? { pid: 7 } : {};
  const key = `${program}.0`;
  return {
    key,
    program,
    profile: "p",
    configName: `${key}.config`,
    state,
    ...up,
    starts: 1,
    sinceUnixMs: 0,
    lastExit: "",
  };
}

function state(processes: readonly ProcessReport[], rest: Partial<ProbeState> = {}): ProbeState {
  return { applied: true, profileCount: 1, processes, isHeld: () => false, aliasByInterface: {}, ...rest };
}

const held = { isHeld: (key: string) => key === "phc2sys.0" };
const running = report("ptp4l", "running");
const down = report("phc2sys", "stopped");

/** The cases of vector D130, in its order, and ours. */
const cases: readonly [string, ProbeState, string | undefined][] = [
  ["config not applied", state([], { applied: false }), "Config not applied"],
  ["no processes", state([]), "No processes have started"],
  ["both with metrics", state([running, report("phc2sys", "running")]), undefined],
  ["phc2sys stopped", state([running, down]), "Stopped process(es): phc2sys"],
  ["phc2sys waits for its start condition", state([running, down], held), undefined],
  ["only a waiting phc2sys", state([down], held), "No processes have started"],
  ["without metrics", state([report("ptp4l", "starting")]), "Process(es) have not yet collected metrics: ptp4l"],
  ["synce4l counts like any other", state([report("synce4l", "running")]), undefined],
  ["between restarts", state([report("ptp4l", "backoff")]), "Stopped process(es): ptp4l"],
  ["a node without profiles", state([], { profileCount: 0 }), undefined],
];

for (const [name, given, reason] of cases) {
  test(`/ready: ${name}`, () => {
    assert.deepEqual(
      readiness(given),
      reason === undefined ? { status: 200 } : { status: 503, body: `503: ${reason}\n` },
    );
  });
}

test("/port-aliases is a JSON object by interface", async () => {
  const routes = agentProbes(() => state([], { aliasByInterface: { ens1f0: "ens1fx" } }));
  const request = {
    method: "GET",
    path: "/port-aliases",
    query: new URLSearchParams(),
    body: new Uint8Array(),
    headers: {},
  };
  const reply = await routes["GET /port-aliases"]?.(request);
  assert.deepEqual(JSON.parse(reply?.body ?? ""), { ens1f0: "ens1fx" });
});
