import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";

/** The project root. */
export const projectRoot = join(import.meta.dirname, "../../../..");

const shared = join(projectRoot, "../shared");

/** Why tests on the shared facts cannot run here, or false when they can. Pass it as `skip`. */
export const skipWithoutShared: string | false = existsSync(shared)
  ? false
  : "the folder ../shared with samples and vectors is not beside the project";

/** A test vector: an operation of the existing stack with input and expected outcome. */
export interface Vector {
  readonly id: string;
  readonly op: string;
  readonly note?: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly expect: Readonly<Record<string, unknown>>;
}

/** All vectors of ../shared/vectors/operator.yaml. */
export function readOperatorVectors(): readonly Vector[] {
  const file = parse(readFileSync(join(shared, "vectors/operator.yaml"), "utf8")) as { vectors: Vector[] };
  return file.vectors;
}

/** Parses one file of ../shared (`data/operator/x.yaml`) into its documents. */
export function readSharedDocuments(path: string): readonly unknown[] {
  return parseAllDocuments(readFileSync(join(shared, path), "utf8")).map((document): unknown => document.toJS());
}

/** The file names of a folder of ../shared, sorted; folders are left out. */
export function listShared(path: string): readonly string[] {
  return readdirSync(join(shared, path), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();
}

/** Parses a file of the project itself. */
export function readProjectYaml(path: string): unknown {
  return parse(readFileSync(join(projectRoot, path), "utf8"));
}
