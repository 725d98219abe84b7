import {
  admitHardwareConfig,
  admitPtpConfig,
  admitPtpOperatorConfig,
  fromNodePtpCfg,
  type AdmissionContext,
  type Finding,
  type Findings,
} from "@ptp/api";
import type { LinuxptpRelease } from "@ptp/ptp";
import type { Inventory, InventoryObject, ValidObject } from "../input/inventory.ts";
import { inventoryNotes } from "../input/inventory-notes.ts";
import { readInventory } from "../input/read-inventory.ts";
import { referenceView } from "../input/reference-view.ts";
import { validOf } from "../input/to-snapshot.ts";
import { exitCodeOf, toJsonText, type Note, type Outcome } from "../outcome.ts";
import type { Surroundings } from "../surroundings.ts";
import type { ClusterOptions } from "./cluster-options.ts";
import { lintLeapLists } from "./lint-leap-lists.ts";

/** Options of `ptpctl lint`. */
export interface LintOptions extends ClusterOptions {
  /** Release whose option tables count; default the newest known. */
  readonly linuxptp?: LinuxptpRelease;
  /** Whether Secrets that were not read count as missing; otherwise nothing is said about them. */
  readonly checkSecrets: boolean;
}

/** What is said about one object, or about a text in which no object can be told. */
export interface LintResult extends Findings {
  /** `Kind/namespace/name`; the file's name for a text that cannot be parsed. */
  readonly object: string;
  readonly file: string;
  /** Whether admission would take it: no errors. */
  readonly allowed: boolean;
}

/** `ptpctl lint`: judges every object as admission does, and texts and references beyond. */
export async function lintCommand(options: LintOptions, surroundings: Surroundings): Promise<Outcome> {
  const inventory = await readInventory(options, surroundings);
  const results = lint(inventory, options);
  const errors = results.reduce((sum, each) => sum + each.errors.length, 0);
  const warnings = results.reduce((sum, each) => sum + each.warnings.length, 0);
  const summary: Note = {
    severity: "hint",
    text: `${count(results.length, "object")}, ${count(errors, "error")}, ${count(warnings, "warning")}`,
  };
  // Problems are results here; of the notes only what was skipped is left.
  const notes = inventoryNotes({ ...inventory, duplicates: [], problems: [] });
  return {
    exitCode: exitCodeOf({ errors, warnings, strict: options.strict }),
    stdout: options.output === "json" ? toJsonText({ results }) : results.flatMap(toLines).join(""),
    notes: options.output === "json" ? notes : [...notes, summary],
  };
}

function lint(inventory: Inventory, { linuxptp, checkSecrets }: LintOptions): readonly LintResult[] {
  const nodes = validOf(inventory.objects, "Node");
  const context: AdmissionContext = {
    ptpConfigs: referenceView(inventory),
    ptpConfigsArePartial: true,
    ...(checkSecrets ? { secrets: validOf(inventory.objects, "Secret") } : {}),
    ...(nodes.length === 0 ? {} : { nodes }),
    ...(linuxptp === undefined ? {} : { linuxptpRelease: linuxptp }),
  };
  return [
    ...inventory.objects.flatMap((object) => lintObject(object, context)),
    ...inventory.duplicates.flatMap(({ object, finding }) =>
      lintObject(object, context).map((each) => ({ ...each, warnings: [...each.warnings, finding] })),
    ),
    ...inventory.problems.map(({ file, object, findings }) => ({
      object: object ?? file,
      file,
      allowed: false,
      errors: findings,
      warnings: [],
    })),
  ];
}

function lintObject(object: InventoryObject, context: AdmissionContext): readonly LintResult[] {
  const { key, file } = object;
  const findings = object.state === "invalid" ? { errors: object.findings, warnings: [] } : admit(object, context);
  if (findings === undefined) return [];
  const { errors, warnings } = findings;
  return [{ object: key, file, allowed: errors.length === 0, errors, warnings }];
}

/** Undefined for objects that only serve as context. */
function admit({ document }: ValidObject, context: AdmissionContext): Findings | undefined {
  switch (document.kind) {
    case "PtpConfig":
      return admitPtpConfig(document, context);
    case "NodePTPCfg":
      return admitPtpConfig(fromNodePtpCfg(document), context);
    case "HardwareConfig":
      return admitHardwareConfig(document, context);
    case "PtpOperatorConfig":
      return admitPtpOperatorConfig(document);
    case "NodePtpDevice":
    case "NodePTPDev":
      return { errors: [], warnings: [] };
    case "Node":
    case "Secret":
      return undefined;
    case "ConfigMap":
      return lintLeapLists(document);
  }
}

function toLines({ file, object, errors, warnings }: LintResult): readonly string[] {
  const line = (severity: string) => (finding: Finding) => {
    // What concerns a whole file stands as compilers write it; what concerns an object names that first.
    const where = [finding.path, finding.line].filter((part) => part !== undefined && part !== "");
    const place = object === file ? [[file, ...where].join(":")] : [file, object, where.join(":")];
    const parts = [...place, severity, finding.message];
    return `${parts.filter((part) => part !== "").join(": ")}\n`;
  };
  return [...errors.map(line("error")), ...warnings.map(line("warning"))];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
