import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { rootDir } from "./chart-files.ts";
import { helmMissing, monitoringApis, renderChart } from "./helm.ts";
import type { PolicyRule } from "./permissions.ts";

const options = helmMissing === undefined ? {} : { skip: helmMissing };
const page = readFileSync(join(rootDir, "docs/chart.md"), "utf8");

/** Cells of the table below a heading. */
function tableBelow(heading: string): readonly (readonly string[])[] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return section
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| -"))
    .slice(1)
    .map((line) =>
      line
        .split("|")
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
}

/** Kinds that are told by number or place, not by name. */
const unnamed = new Set(["CustomResourceDefinition", "Namespace"]);

const everything = () =>
  renderChart({
    apis: [...monitoringApis, "security.openshift.io/v1"],
    values: {
      namespace: { create: true },
      uninstall: { enabled: true },
      dashboards: { enabled: true },
      tls: { source: "certManager", certManager: { issuerRef: { name: "ca" } } },
    },
  });

const withoutOperator = () => renderChart({ values: { rbac: { controllerMode: true }, operator: { replicas: 0 } } });

test("every object is listed with its purpose", options, () => {
  const rows = tableBelow("Objects");
  assert.ok(rows.every(([, , purpose = ""]) => purpose.length > 10));
  for (const { kind, metadata } of [...everything(), ...withoutOperator()]) {
    const name = metadata.name.replace("-openshift-ptp", "-<namespace>");
    const listed = rows.some(
      ([kinds = "", names = "", purpose = ""]) =>
        kinds.split(/, | per /).includes(kind) && (unnamed.has(kind) || `${names} ${purpose}`.includes(`\`${name}\``)),
    );
    assert.ok(listed, `${kind}/${metadata.name}`);
  }
});

test("every permission is listed with its purpose, and none is listed that is not given", options, () => {
  const rules = renderChart()
    .filter(({ kind, metadata }) => kind.endsWith("Role") && !/-(viewer|editor)$/.test(metadata.name))
    .flatMap((role) => role["rules"] as readonly PolicyRule[]);
  const given = rules.flatMap(({ resources, verbs }) =>
    resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`)),
  );
  const listed = tableBelow("Permissions").flatMap(([, resources = "", verbs = "", purpose = ""]) => {
    assert.ok(purpose.length > 5, resources);
    const names = [...resources.replace(/, [^,]* by name$/, "").matchAll(/`([a-z/]+)`/g)].map(([, name = ""]) => name);
    return names.flatMap((name) => verbs.split(", ").map((verb) => `${verb} ${name}`));
  });
  assert.deepEqual(new Set(listed), new Set(given));
});
