import {
  programNames,
  type HostFacts,
  type InterfaceFacts,
  type JsonObject,
  type JsonValue,
  type ProgramFacts,
} from "@ptp/node";
import { UsageError } from "../usage-error.ts";

/** What the facts are read for. */
export interface HostFactsContext {
  /** `--facts facts.json`, for messages. */
  readonly source: string;
  /** `--node`; absent: facts for several nodes. */
  readonly nodeName: string | undefined;
}

/**
 * Checks HostFacts as JSON. They stand alone: a program that is not in them is not on the host. `nodeName` may be absent.
 *
 * @throws UsageError naming the field, what was expected and what was found.
 */
export function readHostFacts(value: JsonValue, context: HostFactsContext): Omit<HostFacts, "nodeName"> {
  const at: Place = { source: context.source, path: "" };
  const facts = readObject(value, at);
  allow(facts, at, ["nodeName", "programs", "searchedFolders", "interfaces", "chrtPath", "setprivPath", "fifoRefusal"]);
  const nodeName = optional(facts, "nodeName", at, readText);
  if (nodeName !== undefined && context.nodeName !== undefined && nodeName !== context.nodeName) {
    throw new UsageError(
      `${context.source}: nodeName is ${nodeName}, but --node is ${context.nodeName}; correct one of them`,
    );
  }
  return {
    programs: optional(facts, "programs", at, readPrograms) ?? {},
    interfaces: optional(facts, "interfaces", at, listOf(readInterface)) ?? [],
    ...present("searchedFolders", optional(facts, "searchedFolders", at, listOf(readText))),
    ...present("chrtPath", optional(facts, "chrtPath", at, readText)),
    ...present("setprivPath", optional(facts, "setprivPath", at, readText)),
    ...present("fifoRefusal", optional(facts, "fifoRefusal", at, readText)),
  };
}

interface Place {
  readonly source: string;
  readonly path: string;
}

type Reader<T> = (value: JsonValue, at: Place) => T;

function readPrograms(value: JsonValue, at: Place): HostFacts["programs"] {
  const programs = readObject(value, at);
  allow(programs, at, programNames);
  const found = programNames.flatMap((name) => {
    const program = optional(programs, name, at, readProgram);
    return program === undefined ? [] : [[name, program] as const];
  });
  return Object.fromEntries(found);
}

function readProgram(value: JsonValue, at: Place): ProgramFacts {
  const program = readObject(value, at);
  allow(program, at, ["path", "version", "extraOptions", "missingTlvs"]);
  return {
    path: required(program, "path", at, readText),
    ...present("version", optional(program, "version", at, readText)),
    ...present("extraOptions", optional(program, "extraOptions", at, listOf(readText))),
    ...present("missingTlvs", optional(program, "missingTlvs", at, listOf(readText))),
  };
}

function readInterface(value: JsonValue, at: Place): InterfaceFacts {
  const facts = readObject(value, at);
  allow(facts, at, ["name", "phcIndex"]);
  return {
    name: required(facts, "name", at, readText),
    ...present("phcIndex", optional(facts, "phcIndex", at, readIndex)),
  };
}

function readText(value: JsonValue, at: Place): string {
  return typeof value === "string" && value !== "" ? value : wrong(at, "text", value);
}

function readIndex(value: JsonValue, at: Place): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  return wrong(at, "a whole number of at least 0", value);
}

function readObject(value: JsonValue, at: Place): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  return wrong(at, "an object", value);
}

function listOf<T>(read: Reader<T>): Reader<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) return wrong(at, "a list", value);
    return (value as readonly JsonValue[]).map((item, index) => read(item, { ...at, path: `${at.path}[${index}]` }));
  };
}

function required<T>(object: JsonObject, field: string, at: Place, read: Reader<T>): T {
  return read(object[field] ?? null, member(at, field));
}

function optional<T>(object: JsonObject, field: string, at: Place, read: Reader<T>): T | undefined {
  const value = object[field] ?? null;
  return value === null ? undefined : read(value, member(at, field));
}

function allow(object: JsonObject, at: Place, fields: readonly string[]): void {
  const unknown = Object.keys(object).find((field) => !fields.includes(field));
  if (unknown === undefined) return;
  const path = member(at, unknown).path;
  throw new UsageError(`${at.source}: ${path}: unknown field; the fields here are ${fields.join(", ")}`);
}

function member(at: Place, field: string): Place {
  return { ...at, path: at.path === "" ? field : `${at.path}.${field}` };
}

function present<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: T });
}

function wrong(at: Place, expected: string, got: JsonValue): never {
  const shown = got === null ? "nothing" : JSON.stringify(got).slice(0, 60);
  throw new UsageError(`${at.source}: ${at.path === "" ? "" : `${at.path}: `}expected ${expected}, got ${shown}`);
}
