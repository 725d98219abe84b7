import { createRegistry, metricsRoute } from "@ptp/kit";
import { createReplay, type Replay, type ReplayedChange } from "@ptp/truth";
import { createSamplePublisher } from "../../metrics/publish-samples.ts";
import { readReplayPlan } from "../replay-plan.ts";

/**
 * Plays a recording against the profiles of node `worker-1` in a folder. Returns every change with its cause, and the whole
 * of `/metrics` at its end, and where a line `### TITLE` stands in it; `### 6 s later: TITLE` lets time go on before.
 */
export async function playRecording(folder: string, lines: Iterable<string>): Promise<string> {
  const { config, plan } = await readReplayPlan(folder, "worker-1");
  const replay = createReplay({ nodeName: "worker-1", plan, config });
  const told: string[] = [];
  let marks = 0;
  for (const line of lines) {
    const mark = /^### (?:(\d+) s later: )?(.*)$/.exec(line);
    if (mark === null) {
      const entry = replay.read(line);
      if (entry !== undefined) told.push(...replay.apply(entry).map(changeText));
      continue;
    }
    const [, waitS = "0", title = ""] = mark;
    told.push(
      ...replay.advance(Number(waitS) * 1000).map(changeText),
      `\n## ${title}\n`,
      await seriesText(replay),
      "\n",
    );
    marks += 1;
  }
  return `${told.join("")}${marks === 0 ? "" : "\n## the end\n"}${await seriesText(replay)}`;
}

function changeText({ change: { at, clock, of, from, to, cause } }: ReplayedChange): string {
  const what = of === undefined ? "" : ` ${of}`;
  return `# ${at.unixMs / 1000} ${clock.process} ${clock.iface}${what}: ${from} -> ${to}: ${cause.join("; ")}\n`;
}

/** The exposition without the words about it, in an order that does not depend on that of the families. */
async function seriesText(replay: Replay): Promise<string> {
  const registry = createRegistry();
  createSamplePublisher(registry).publish(replay.view());
  const { body } = await metricsRoute(registry)();
  const series = String(body)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  return `${series.toSorted((a, b) => (a < b ? -1 : 1)).join("\n")}\n`;
}
