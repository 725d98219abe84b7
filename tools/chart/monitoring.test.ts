import { metricFamilies } from "@ptp/truth";
import assert from "node:assert/strict";
import { test } from "node:test";
import { askedExpression, readAlertRules, readDashboards } from "./chart-files.ts";
import { expressionProblems } from "./expression-problems.ts";
import { knownMetrics } from "./known-metrics.ts";
import { metricUses } from "./promql/metric-uses.ts";

const known = knownMetrics();
const rules = readAlertRules();
const dashboards = readDashboards();
const panels = [...dashboards].flatMap(([file, { panels }]) => panels.map((panel) => ({ file, panel })));

const labelsIn = (texts: readonly string[], pattern: RegExp) =>
  texts.flatMap((text) => [...text.matchAll(pattern)].map(([, label = ""]) => label));

for (const { alert, expr, annotations } of rules) {
  test(`${alert} asks for what exists`, () => {
    const shown = labelsIn(Object.values(annotations), /\$labels\.(\w+)/g);
    assert.deepEqual(expressionProblems(expr, shown, known), []);
  });
}

test("alerts have names of their own, a severity, a summary and a description", () => {
  assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length);
  for (const { alert, labels, annotations } of rules) {
    assert.match(labels["severity"] ?? "", /^(warning|critical)$/, alert);
    assert.deepEqual(Object.keys(annotations).toSorted(), ["description", "summary"], alert);
  }
});

test("the alerts of the existing stack keep their names, conditions and patience", () => {
  const kept = rules.filter(({ alert }) => ["NodeOutOfPtpSync", "HighPtpSyncOffset"].includes(alert));
  assert.deepEqual(
    kept.map(({ alert, expr, for: patience, labels }) => ({ alert, expr, patience, severity: labels["severity"] })),
    [
      { alert: "NodeOutOfPtpSync", expr: "openshift_ptp_clock_state != 1", patience: "2m", severity: "warning" },
      {
        alert: "HighPtpSyncOffset",
        expr: "openshift_ptp_offset_ns > 100 or openshift_ptp_offset_ns < -100",
        patience: "2m",
        severity: "warning",
      },
    ],
  );
});

for (const { file, panel } of panels) {
  test(`${file}: ${panel.title} asks for what exists`, () => {
    assert.ok((panel.description ?? "").length > 0, "a panel says what it shows");
    for (const { expr, legendFormat = "" } of panel.targets) {
      const shown = labelsIn([legendFormat], /\{\{(\w+)\}\}/g);
      assert.deepEqual(expressionProblems(askedExpression(expr), shown, known), []);
    }
  });
}

test("variables take their values from what exists", () => {
  for (const [file, { templating }] of dashboards) {
    for (const { name, definition } of templating.list) {
      if (name === "datasource") continue;
      const [, metric = "", label = ""] = /^label_values\((\w+), (\w+)\)$/.exec(definition ?? "") ?? [];
      assert.ok(known.get(metric)?.includes(label), `${file}: ${definition}`);
    }
  }
});

test("texts of values are those of the metric's own help", () => {
  let checked = 0;
  for (const { file, panel } of panels) {
    const used = panel.targets.flatMap(({ expr }) => metricUses(askedExpression(expr)).metrics.map(({ name }) => name));
    const enumerated = Object.values(metricFamilies).filter(({ help }) => /^(?:0|-1) ?= ?[A-Z]/.test(help));
    const family = enumerated.find(({ name }) => used.includes(name));
    const [mapping] = panel.fieldConfig.defaults.mappings ?? [];
    if (family === undefined || mapping === undefined) continue;
    const help = family.help.replaceAll(/ ?= ?/g, " = ");
    // A panel may show what is not known as -1, which is no value of most metrics.
    const entries = Object.entries(mapping.options).filter(([value]) => value !== "-1" || help.startsWith("-1"));
    const texts = entries.toSorted(([a], [b]) => Number(a) - Number(b));
    assert.equal(texts.map(([value, { text }]) => `${value} = ${text}`).join(", "), help, `${file}: ${panel.title}`);
    checked += 1;
  }
  assert.equal(checked, 10);
});

test("everything that is measured is on a dashboard", () => {
  const shown = new Set(
    panels.flatMap(({ panel }) =>
      panel.targets.flatMap(({ expr }) => metricUses(askedExpression(expr)).metrics.map(({ name }) => name)),
    ),
  );
  const unshown = [...known.keys()].filter((name) => !shown.has(name) && !/_(sum|count)$/.test(name));
  assert.deepEqual(unshown, []);
});

test("panels have ids of their own and lie beside each other", () => {
  for (const [file, { uid, panels }] of dashboards) {
    assert.equal(uid, file);
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length, file);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    assert.equal(new Set(cells).size, cells.length, `${file}: panels overlap`);
    for (const { gridPos, title } of panels) assert.ok(gridPos.x + gridPos.w <= 24, `${file}: ${title} is too wide`);
  }
});
