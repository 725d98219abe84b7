import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";

/** The project's root folder. */
export const rootDir = join(import.meta.dirname, "../..");
/** The chart's folder. */
export const chartDir = join(rootDir, "charts/ptp-operator");

/** An alert rule as Prometheus takes it. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A Grafana panel, as far as it is checked. */
export interface Panel {
  readonly id: number;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string; readonly legendFormat?: string }[];
  readonly fieldConfig: { readonly defaults: { readonly mappings?: readonly ValueMapping[] } };
}

/** Texts for values. */
export interface ValueMapping {
  readonly options: Readonly<Record<string, { readonly text: string }>>;
}

/** A Grafana dashboard, as far as it is checked. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
  readonly panels: readonly Panel[];
}

/** File of the alert rules. */
export const alertRulesPath = join(chartDir, "files/alerts/ptp.rules.yaml");

/** All alert rules of the chart. */
export function readAlertRules(): readonly AlertRule[] {
  const { groups } = parse(readFileSync(alertRulesPath, "utf8")) as {
    readonly groups: readonly { readonly rules: readonly AlertRule[] }[];
  };
  return groups.flatMap(({ rules }) => rules);
}

/** All dashboards of the chart, by file name without its end. */
export function readDashboards(): ReadonlyMap<string, Dashboard> {
  const paths = globSync("files/dashboards/*.json", { cwd: chartDir }).toSorted();
  return new Map(
    paths.map((path) => [basename(path, ".json"), JSON.parse(readFileSync(join(chartDir, path), "utf8")) as Dashboard]),
  );
}

/** An expression of a panel with Grafana's variables filled in, as a Prometheus would be asked. */
export function askedExpression(expr: string): string {
  return expr.replaceAll("$__rate_interval", "1m").replaceAll(/"\$\w+"/g, '".*"');
}
