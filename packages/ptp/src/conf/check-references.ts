import { parseInteger } from "./check-value.ts";
import type { ConfTarget } from "./check-option.ts";
import { unicastTableIds } from "./check-unicast-table.ts";
import type { ConfDocument, ConfOption } from "./document.ts";
import { getOption } from "./edit-conf.ts";
import type { ConfFinding } from "./finding.ts";

/**
 * Checks what one line needs another for: a unicast table that a port names must exist; `spp` needs `sa_file` and,
 * when the content of that file is known, a security association of that number.
 */
export function* checkReferences(document: ConfDocument, target: ConfTarget): Generator<ConfFinding> {
  if (target.program !== "ptp4l") return;
  const tables = unicastTableIds(document);
  const hasSaFile = (getOption(document, "global", "sa_file") ?? "") !== "";
  for (const section of document.sections) {
    for (const entry of section.entries) {
      if (entry.kind !== "option") continue;
      const message = danglingTable(entry, tables) ?? danglingSpp(entry, target, hasSaFile);
      if (message === undefined) continue;
      const place = { line: entry.line, column: entry.column, section: section.name, option: entry.key };
      yield { ...place, severity: "error", code: "dangling-reference", message };
    }
  }
}

function danglingTable(entry: ConfOption, tables: ReadonlySet<bigint>): string | undefined {
  if (entry.key !== "unicast_master_table") return undefined;
  const id = parseInteger(entry.value ?? "");
  if (id === undefined || id < 1n || tables.has(id)) return undefined;
  return `unicast_master_table ${id} names no table; add [unicast_master_table] with table_id ${id}`;
}

function danglingSpp(entry: ConfOption, { knownSpp, release }: ConfTarget, hasSaFile: boolean): string | undefined {
  const isSpp = entry.key === "spp" && release !== "3.1.1" && release !== "4.2";
  const spp = isSpp ? parseInteger(entry.value ?? "") : undefined;
  if (spp === undefined || spp < 0n || spp > 255n) return undefined;
  if (!hasSaFile) return `spp ${spp} needs the keys of a file; set sa_file in [global]`;
  if (knownSpp === undefined || knownSpp.has(Number(spp))) return undefined;
  const known = [...knownSpp].toSorted((left, right) => left - right).join(", ");
  return `spp ${spp} is not in the file that sa_file names (it has ${known === "" ? "none" : known}); use one of its numbers`;
}
