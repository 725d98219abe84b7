import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { chartDir } from "./chart-files.ts";
import { findProgram } from "./find-program.ts";

/** A Kubernetes object as rendered. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** Values as of a values file. */
export type Values = Readonly<Record<string, unknown>>;

/** What a rendering starts from. */
export interface Rendering {
  readonly values?: Values;
  /** Group, version and kind of APIs the cluster shall have beside its own. */
  readonly apis?: readonly string[];
  readonly release?: string;
}

/** Why nothing can be rendered here; undefined if helm is here. */
export const helmMissing = findHelm() === undefined ? "helm is not built: run make kubernetes" : undefined;

/** The Prometheus operator's APIs. */
export const monitoringApis = ["PodMonitor", "PrometheusRule", "ServiceMonitor"].map(
  (kind) => `monitoring.coreos.com/v1/${kind}`,
);

const clusterArgs = ["--namespace", "openshift-ptp", "--kube-version", "1.33.0"];

/** Renders the chart. @throws Error with helm's words */
export function renderChart({ values = {}, apis = [], release = "ptp-operator" }: Rendering = {}): readonly Manifest[] {
  const args = ["template", release, chartDir, ...clusterArgs, ...apis.flatMap((api) => ["--api-versions", api])];
  return parseAllDocuments(runHelm([...args, "--values", "-"], values))
    .map((document) => {
      const [error] = document.errors;
      if (error !== undefined) throw error;
      return document.toJS() as Manifest | null;
    })
    .filter((manifest) => manifest !== null);
}

/** The notes a person reads after the installation. @throws Error with helm's words */
export function renderNotes(values: Values = {}): string {
  const notes = `kind: Notes\nmetadata: { name: notes }\ntext: {{ include "ptp-operator.notes" . | toJson }}`;
  const rendered = renderChart({ values: { ...values, extraObjects: [notes] } });
  return String(rendered.find(({ kind }) => kind === "Notes")?.["text"]);
}

/** The first object of a kind. @throws Error if there is none */
export function manifestOf(manifests: readonly Manifest[], kind: string): Manifest {
  const found = manifests.find((manifest) => manifest.kind === kind);
  if (found === undefined) throw new Error(`no ${kind} was rendered`);
  return found;
}

/** Judges the chart, warnings included. @throws Error with helm's words */
export function lintChart(values: Values = {}): void {
  runHelm(["lint", chartDir, "--strict", "--values", "-"], values);
}

function findHelm(): string | undefined {
  return findProgram("helm", process.env["PATH"] ?? "");
}

function runHelm(args: readonly string[], values: Values): string {
  const home = mkdtempSync(join(tmpdir(), "helm-"));
  try {
    const { status, stdout, stderr } = spawnSync(findHelm() ?? "helm", args, {
      encoding: "utf8",
      input: JSON.stringify(values),
      maxBuffer: 64 * 1024 * 1024,
      env: { PATH: "/usr/bin:/bin", HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home, HOME: home },
    });
    if (status !== 0) throw new Error(`helm ${args[0]}: ${stdout}${stderr}`);
    return stdout;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
