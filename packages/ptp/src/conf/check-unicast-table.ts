import { isMacAddress, parseInteger } from "./check-value.ts";
import { quote } from "./check-option.ts";
import type { ConfDocument, ConfOption } from "./document.ts";
import { sectionKind } from "./document.ts";
import type { ConfFinding, ConfFindingCode } from "./finding.ts";

type Problem = readonly [code: ConfFindingCode, message: string];

/**
 * Checks the lines of `[unicast_master_table]`: each table starts with its own `table_id`, then `logQueryInterval`,
 * `peer_address` and one line per time transmitter, `L2|UDPv4|UDPv6 ADDRESS`.
 */
export function* checkUnicastTables(document: ConfDocument): Generator<ConfFinding> {
  const seen = new Set<bigint>();
  for (const { name, entries } of document.sections) {
    if (sectionKind(name) !== "unicast-table") continue;
    let isInTable = false;
    for (const entry of entries) {
      if (entry.kind !== "option") continue;
      const problem = entryProblem(entry, seen, isInTable);
      isInTable ||= entry.key === "table_id";
      if (problem === undefined) continue;
      const place = { line: entry.line, column: entry.column, section: name, option: entry.key };
      yield { ...place, severity: "error", code: problem[0], message: problem[1] };
    }
  }
}

/** The numbers of all tables of a document that read as one. */
export function unicastTableIds(document: ConfDocument): ReadonlySet<bigint> {
  const ids = document.sections
    .filter((section) => sectionKind(section.name) === "unicast-table")
    .flatMap((section) => section.entries)
    .map((entry) => (entry.kind === "option" && entry.key === "table_id" ? parseInteger(entry.value ?? "") : undefined))
    .filter((id) => id !== undefined);
  return new Set(ids);
}

function entryProblem(entry: ConfOption, seen: Set<bigint>, isInTable: boolean): Problem | undefined {
  const { key, value } = entry;
  if (key === "table_id") return tableIdProblem(value ?? "", seen);
  if (!isInTable) return ["missing-value", `${quote(key)} stands before the first table_id; start the table with one`];
  if (value === undefined) return ["missing-value", `${quote(key)} needs an address after it`];
  if (key === "peer_address") return undefined;
  if (key === "logQueryInterval") {
    const interval = parseInteger(value);
    if (interval !== undefined && interval >= -128n && interval <= 127n) return undefined;
    return ["out-of-range", `logQueryInterval ${quote(value)} is out of range; write an integer from -128 to 127`];
  }
  return addressProblem(key, value);
}

function tableIdProblem(value: string, seen: Set<bigint>): Problem | undefined {
  const id = parseInteger(value);
  if (id === undefined || id < 1n || id > 2147483647n)
    return ["bad-value", `table_id ${quote(value)} is not a table number; write an integer from 1 to 2147483647`];
  if (seen.has(id)) return ["duplicate", `table_id ${id} is taken by an earlier table; write another number`];
  seen.add(id);
  return undefined;
}

function addressProblem(transport: string, address: string): Problem | undefined {
  const kind = transport.toLowerCase();
  const isValid = kind === "l2" ? isMacAddress : kind === "udpv4" ? isIpv4 : kind === "udpv6" ? isIpv6 : undefined;
  if (isValid === undefined)
    return ["unknown-option", `${quote(transport)} is no transport; write L2, UDPv4 or UDPv6 before the address`];
  if (isValid(address)) return undefined;
  return ["bad-value", `${quote(address)} is not an address for ${transport}; write the number, not a name`];
}

function isIpv4(address: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(address) && address.split(".").every((octet) => Number(octet) <= 255);
}

function isIpv6(address: string): boolean {
  const halves = address.split("::");
  if (halves.length > 2 || address.length > 45) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const last = groups.at(-1) ?? "";
  const tail = isIpv4(last) ? 2 : 1;
  const plain = tail === 2 ? groups.slice(0, -1) : groups;
  const count = plain.length + (tail === 2 ? 2 : 0);
  return plain.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) && (halves.length === 2 ? count < 8 : count === 8);
}
