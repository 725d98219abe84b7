import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { stringify } from "yaml";
import { alertRulesPath, askedExpression, readAlertRules, readDashboards } from "./chart-files.ts";
import { findProgram } from "./find-program.ts";

const promtool = findProgram("promtool", process.env["PATH"] ?? "");
const options = promtool === undefined ? { skip: "promtool is not here: run make promtool" } : {};
const scenarios = join(import.meta.dirname, "alerts.promtool.yaml");

function runPromtool(...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(promtool ?? "", args, { encoding: "utf8" });
  assert.equal(status, 0, `promtool ${args.join(" ")}: ${stdout}${stderr}`);
}

test("Prometheus takes the rules", options, () => runPromtool("check", "rules", alertRulesPath));

test("alerts fire when they should, and only then", options, () => runPromtool("test", "rules", scenarios));

test("every alert has a scenario", async () => {
  const text = await readFile(scenarios, "utf8");
  const untried = readAlertRules().filter(({ alert }) => !text.includes(`alertname: ${alert}\n`));
  assert.deepEqual(
    untried.map(({ alert }) => alert),
    [],
  );
});

test("Prometheus takes what the dashboards ask", options, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "dashboards-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const groups = [...readDashboards()].map(([name, { panels }]) => ({
    name,
    rules: panels.flatMap(({ id, targets }) =>
      targets.map(({ expr }, at) => ({ record: `panel_${id}_${at}`, expr: askedExpression(expr) })),
    ),
  }));
  assert.ok(groups.every(({ rules }) => rules.length > 0));
  const path = join(folder, "rules.yaml");
  await writeFile(path, stringify({ groups }));
  runPromtool("check", "rules", path);
});
