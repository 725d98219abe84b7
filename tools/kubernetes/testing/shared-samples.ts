import { isJsonObject } from "@ptp/api";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

/** A custom resource as people write it. */
export interface SampleResource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: unknown;
}

/** One of the existing operator's samples. */
export interface Sample {
  /** Its file name, and its number in the file. */
  readonly name: string;
  readonly resource: SampleResource;
}

const folder = join(import.meta.dirname, "../../../../shared/data/operator");

/** Why the samples cannot be read here, or undefined when they can: what a test gives to `t.skip`. */
export function samplesMissing(): string | undefined {
  return existsSync(folder) ? undefined : "the folder ../shared with samples is not beside the project";
}

/** The folder with the existing operator's CRDs. */
export const existingCrdDir = join(folder, "crds");

/** All custom resources of our API group among the samples. */
export function readSamples(): readonly Sample[] {
  const files = readdirSync(folder).filter((file) => /^(alm-examples\.json|.*\.yaml)$/.test(file));
  return files.toSorted().flatMap((file) =>
    parseAllDocuments(readFileSync(join(folder, file), "utf8"))
      .flatMap((document) => [document.toJS() as unknown].flat())
      .filter(isOurs)
      .map((resource, index) => ({ name: `${file}#${String(index)}`, resource })),
  );
}

function isOurs(document: unknown): document is SampleResource {
  return isJsonObject(document) && String(document["apiVersion"]).startsWith("ptp.openshift.io/");
}
