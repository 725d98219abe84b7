import { test } from "node:test";
import { worldMissing } from "../../tools/demo/requirements.ts";
import { createLab } from "../../tools/lab/lab.ts";
import { linuxptpReleases } from "../../tools/lab/linuxptp/releases.ts";
import { latencyText } from "./testing/latency-text.ts";
import { playScenario } from "./testing/play-scenario.ts";
import { scenarios } from "./table.ts";

// PTP_SCENARIO=kill plays those whose name fits this pattern.
const pattern = new RegExp(process.env["PTP_SCENARIO"] ?? "");
const wanted = scenarios.filter(({ name }) => pattern.test(name));

for (const scenario of wanted) {
  // The releases share a lab and nothing in it but the machine's clock.
  test(scenario.name, { concurrency: true }, async (t) => {
    const missing = await worldMissing([]);
    if (missing !== undefined) return t.skip(missing);
    const lab = await createLab();
    t.after(() => lab.close());
    const { clock } = lab;
    if (!clock.adjustable) return t.skip(`ports stay UNCALIBRATED: ${clock.reason}`);
    const plays = linuxptpReleases.map(({ release }) =>
      t.test(`linuxptp ${release}`, async (t) => {
        const missing = await worldMissing([release]);
        if (missing !== undefined) return t.skip(missing);
        const latencies = await playScenario(lab, scenario, release);
        for (const line of latencyText(latencies)) t.diagnostic(`${scenario.name}, ${release}: ${line}`);
      }),
    );
    await Promise.all(plays);
  });
}
