import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readAlertRules, readDashboards, rootDir, type AlertRule } from "./chart-files.ts";
import { helmMissing, manifestOf, monitoringApis, renderChart, type Manifest, type Values } from "./helm.ts";

const options = helmMissing === undefined ? {} : { skip: helmMissing };
const rendered = (values: Values = {}) => renderChart({ values, apis: monitoringApis });

function rulesOf(values: Values = {}): readonly AlertRule[] {
  const rule = rendered(values).find(({ kind }) => kind === "PrometheusRule");
  const { groups } = (rule?.["spec"] ?? { groups: [] }) as { groups: { rules: AlertRule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

test("objects of the Prometheus operator come where its API is, or as told", options, () => {
  const kinds = (values: Values, apis: readonly string[]) =>
    renderChart({ values, apis })
      .filter(({ apiVersion }) => apiVersion === "monitoring.coreos.com/v1")
      .map(({ kind }) => kind);
  const all = ["PodMonitor", "PrometheusRule", "ServiceMonitor"];
  const told = (enabled: boolean) => ({
    podMonitor: { enabled },
    prometheusRule: { enabled },
    serviceMonitor: { enabled },
  });
  assert.deepEqual(kinds({}, []), []);
  assert.deepEqual(kinds({}, monitoringApis).toSorted(), all);
  assert.deepEqual(kinds(told(true), []).toSorted(), all);
  assert.deepEqual(kinds(told(false), monitoringApis), []);
});

test("rules arrive as they are in the file; told where the pages are, with a runbook each", options, () => {
  const base = "https://docs.example/alerts";
  assert.deepEqual(rulesOf(), readAlertRules());
  const withRunbook = readAlertRules().map((rule) => ({
    ...rule,
    annotations: { ...rule.annotations, runbook_url: `${base}/${rule.alert}.md` },
  }));
  for (const runbookBaseUrl of [base, `${base}/`])
    assert.deepEqual(rulesOf({ prometheusRule: { runbookBaseUrl } }), withRunbook);
  for (const { alert } of withRunbook) {
    assert.ok(existsSync(join(rootDir, `docs/alerts/${alert}.md`)), `${alert} has no page`);
  }
});

test("single alerts can be left out or changed, all can be labelled", options, () => {
  const prometheusRule = {
    disabled: ["PtpPortFaulty"],
    alertLabels: { team: "time" },
    overrides: { HighPtpSyncOffset: { expr: "abs(openshift_ptp_offset_ns) > 1e6", labels: { severity: "info" } } },
  };
  const changed = rulesOf({ prometheusRule });
  assert.equal(changed.length, readAlertRules().length - 1);
  assert.ok(changed.every(({ alert, labels }) => alert !== "PtpPortFaulty" && labels["team"] === "time"));
  const { expr, labels, for: patience } = changed.find(({ alert }) => alert === "HighPtpSyncOffset") ?? {};
  assert.equal(expr, "abs(openshift_ptp_offset_ns) > 1e6");
  assert.deepEqual([labels, patience], [{ severity: "info", team: "time" }, "2m"]);
});

test("without any alert left there is no object", options, () => {
  const disabled = readAlertRules().map(({ alert }) => alert);
  assert.deepEqual(rulesOf({ prometheusRule: { disabled } }), []);
  assert.ok(rendered({ prometheusRule: { disabled } }).every(({ kind }) => kind !== "PrometheusRule"));
});

test("the ServiceMonitor finds one Service, and the port by its name", options, () => {
  const manifests = rendered();
  const { selector, endpoints } = manifestOf(manifests, "ServiceMonitor")["spec"] as {
    selector: { matchLabels: Record<string, string> };
    endpoints: { port: string }[];
  };
  const hasLabels = ({ kind, metadata }: Manifest) =>
    kind === "Service" &&
    Object.entries(selector.matchLabels).every(([label, value]) => metadata.labels?.[label] === value);
  const [service, ...others] = manifests.filter(hasLabels);
  assert.equal(others.length, 0);
  assert.ok(service);
  const { ports } = service["spec"] as { ports: { name: string }[] };
  assert.deepEqual(
    endpoints.map(({ port }) => port),
    ports.map(({ name }) => name),
  );
});

test(
  "where metrics are HTTPS, Prometheus is told so, with the authority and the name of the certificate",
  options,
  () => {
    const tls = (secretName: string) => ({ metrics: { tls: { secretName } } });
    const keySecret = { name: "reader", key: "tls.key" };
    const values = {
      operator: tls("o"),
      agent: tls("a"),
      podMonitor: { tlsConfig: { serverName: "agents", keySecret } },
    };
    const endpoint = (of: Values, kind: string, list: string) => {
      const spec = manifestOf(rendered(of), kind)["spec"] as Record<string, readonly Record<string, unknown>[]>;
      const { scheme, tlsConfig } = spec[list]?.[0] ?? {};
      return { scheme, tlsConfig };
    };
    const both = (of: Values) => [
      endpoint(of, "ServiceMonitor", "endpoints"),
      endpoint(of, "PodMonitor", "podMetricsEndpoints"),
    ];
    const ca = (name: string) => ({ secret: { name, key: "ca.crt" } });
    const plain = { scheme: undefined, tlsConfig: undefined };
    assert.deepEqual(both({}), [plain, plain]);
    assert.deepEqual(both(values), [
      { scheme: "https", tlsConfig: { ca: ca("o"), serverName: "ptp-operator-metrics.openshift-ptp.svc" } },
      { scheme: "https", tlsConfig: { ca: ca("a"), serverName: "agents", keySecret } },
    ]);
    const { tlsConfig } = endpoint({ agent: tls("a") }, "PodMonitor", "podMetricsEndpoints");
    assert.deepEqual(tlsConfig, { ca: ca("a"), serverName: "linuxptp-daemon.openshift-ptp.svc" });
  },
);

test("the PodMonitor gives the job that alerts and dashboards ask for", options, () => {
  const { jobLabel, selector } = manifestOf(rendered(), "PodMonitor")["spec"] as {
    jobLabel: string;
    selector: { matchLabels: Record<string, string> };
  };
  const job = selector.matchLabels[jobLabel] ?? "";
  const asked = [
    ...readAlertRules().map(({ expr }) => expr),
    ...[...readDashboards().values()].flatMap(({ panels }) =>
      panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ),
  ].flatMap((expr) => [...expr.matchAll(/job="([^"]*)"/g)].map(([, asked]) => asked));
  assert.ok(asked.length > 0);
  assert.deepEqual([...new Set(asked)], [job]);
});

test("dashboards arrive as they are in the files, where and how Grafana looks for them", options, () => {
  assert.ok(rendered().every(({ metadata }) => metadata.labels?.["grafana_dashboard"] === undefined));
  const maps = rendered({ dashboards: { enabled: true, namespace: "grafana" } }).filter(
    ({ metadata }) => metadata.labels?.["grafana_dashboard"] === "1",
  );
  assert.ok(maps.every(({ metadata }) => metadata.namespace === "grafana"));
  const found = maps.flatMap((map) => Object.entries(map["data"] as Record<string, string>));
  assert.deepEqual(
    new Map(found.map(([file, text]) => [file.replace(/\.json$/, ""), JSON.parse(text) as unknown])),
    readDashboards(),
  );
});
