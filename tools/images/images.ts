import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { imageCacheDir } from "./buildah.ts";

/** The images of the project. */
export const imageNames = ["ptp-operator", "ptp-agent"] as const;

/** Name of an image. */
export type ImageName = (typeof imageNames)[number];

/** Where `make images` puts what it made of one image. */
export interface ImageFiles {
  /** A docker-archive, for `docker load`, `ctr images import`, `skopeo copy`. */
  readonly archive: string;
  /** Bill of materials, CycloneDX JSON. */
  readonly sbom: string;
  /** What it was made from. */
  readonly stamp: string;
}

/** The version both images are tagged with. */
export function imageVersion(): string {
  const text = readFileSync(join(import.meta.dirname, "../../package.json"), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}

/** Paths of an image's files; they exist only after `make images`. */
export function imageFiles(name: ImageName): ImageFiles {
  const path = (ending: string): string => join(imageCacheDir, `${name}.${ending}`);
  return { archive: path("tar"), sbom: path("cdx.json"), stamp: path("stamp") };
}

/** Why tests cannot use the images, or undefined when they can: what a test gives to `t.skip`. */
export function imagesMissing(): string | undefined {
  const there = imageNames.every((name) => existsSync(imageFiles(name).stamp));
  return there ? undefined : "the images are not built: run make images";
}
