import { createLab } from "../../tools/lab/lab.ts";
import { linuxptpMissing } from "../../tools/lab/linuxptp/releases.ts";
import { patientOrdinary } from "../../e2e/scenarios/testing/ordinary.ts";
import type { SeenChange } from "../../e2e/scenarios/testing/read-changes.ts";
import { createStage, type Stage } from "../../e2e/scenarios/testing/stage.ts";
import type { BenchContext, Benchmark } from "../benchmark.ts";
import { monotonicMs } from "../measure/monotonic.ts";
import { until } from "../measure/until.ts";
import { linuxptpRelease } from "../programs/program-paths.ts";

/** After ptp4l knows, where it notifies. */
const targetMs = 10;
const limitMs = 20_000;

interface Cause {
  readonly name: string;
  readonly act: (stage: Stage) => Promise<void>;
  readonly undo: (stage: Stage) => Promise<void>;
  /** What ptp4l says when it knows. */
  readonly known: RegExp;
}

const causes: readonly Cause[] = [
  {
    name: "link down",
    act: (stage) => stage.unplug("node:oc0"),
    undo: (stage) => stage.plug("node:oc0"),
    known: /port 1.*: SLAVE to FAULTY/,
  },
  {
    name: "grandmaster kill",
    act: (stage) => stage.killSource("gm"),
    undo: (stage) => stage.startSource("gm"),
    known: /port 1.*: SLAVE to LISTENING/,
  },
];

/** From a cause to the change of state it has, of an ordinary clock that announces eight times a second. */
export const causeToChange: Benchmark = {
  name: "cause-to-change",
  title: "link down, grandmaster kill: from the cause, and from when ptp4l knows, to the change of state",
  run: async (context) => {
    const missing = linuxptpMissing(linuxptpRelease);
    if (missing !== undefined) throw new Error(missing);
    const lab = await createLab();
    try {
      if (!lab.clock.adjustable) throw new Error(`no clock can get LOCKED here: ${lab.clock.reason}`);
      const scenario = { name: "cause-to-change", ...patientOrdinary, phases: [] };
      const stage = await createStage(lab, scenario, linuxptpRelease);
      await changeTo(stage, "LOCKED", 0);
      for (const cause of causes) await measure(context, stage, cause);
    } finally {
      await lab.close();
    }
  },
};

async function measure(context: BenchContext, stage: Stage, { name, act, undo, known }: Cause): Promise<void> {
  const fromCause: number[] = [];
  const fromKnown: number[] = [];
  for (let turn = 0; turn < (context.quick ? 3 : 100); turn++) {
    const causeUnixMs = Date.now();
    await act(stage);
    const { atUnixMs } = await changeTo(stage, "HOLDOVER", causeUnixMs);
    fromCause.push(atUnixMs - causeUnixMs);
    fromKnown.push(Math.max(0, atUnixMs - knownUnixMs(stage, known, causeUnixMs)));
    await undo(stage);
    await changeTo(stage, "LOCKED", atUnixMs);
  }
  context.report({ name: `${name}: cause to change`, unit: "ms", samples: fromCause });
  const target = { of: "p99", atMost: targetMs } as const;
  const note = "by the stamp of ptp4l's line, which is a millisecond coarse, as the change's is";
  context.report({ name: `${name}: ptp4l knows to change`, unit: "ms", samples: fromKnown, target, note });
}

function changeTo(stage: Stage, state: string, sinceUnixMs: number): Promise<SeenChange> {
  const what = `${state} of the ordinary clock`;
  const find = (): SeenChange | undefined =>
    stage.changes().find(({ to, atUnixMs }) => to === state && atUnixMs >= sinceUnixMs);
  return until(find, { what, timeoutMs: limitMs, everyMs: 20 });
}

/** When ptp4l wrote the first such line since then, by its own clock: the monotonic one, which the machine's programs share. */
function knownUnixMs(stage: Stage, known: RegExp, sinceUnixMs: number): number {
  const toUnixMs = Date.now() - monotonicMs();
  const stamps = stage.lines().flatMap((line) => {
    const stampS = known.test(line) ? /^ptp4l\[(\d+\.\d+)\]/.exec(line)?.[1] : undefined;
    return stampS === undefined ? [] : [Number(stampS) * 1_000 + toUnixMs];
  });
  // A stamp is cut to whole milliseconds.
  const first = stamps.find((unixMs) => unixMs >= sinceUnixMs - 2);
  if (first === undefined) throw new Error(`ptp4l did not say ${String(known)}`);
  return first;
}
