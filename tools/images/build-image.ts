import { existsSync, readFileSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Buildah } from "./buildah.ts";
import { readImageContent } from "./image-content.ts";
import { hashOfInputs } from "./image-inputs.ts";
import { imageFiles, imageVersion, type ImageName } from "./images.ts";
import { billOfMaterials } from "./sbom/bill-of-materials.ts";

/** How to build. */
export interface BuildOptions {
  readonly buildah: Buildah;
  readonly nodeVersion: string;
  /** Whether base images may be fetched from their registry. */
  readonly pull: boolean;
  /** Build arguments, `NAME=value`. */
  readonly buildArguments: readonly string[];
}

const root = join(import.meta.dirname, "../..");

/** Builds an image with its bill of materials, unless it was built from the same before. Returns whether it did. */
export async function buildImage(name: ImageName, options: BuildOptions): Promise<boolean> {
  const { buildah, nodeVersion, pull, buildArguments } = options;
  const files = imageFiles(name);
  const dockerfile = `Dockerfile.${name.replace("ptp-", "")}`;
  const version = imageVersion();
  const given = [`NODE_VERSION=${nodeVersion}`, `VERSION=${version}`, ...buildArguments];
  const inputs = await hashOfInputs(dockerfile, given);
  if (existsSync(files.archive) && existsSync(files.stamp) && readFileSync(files.stamp, "utf8") === inputs)
    return false;
  await rm(files.stamp, { force: true });
  const image = `docker.io/library/${name}:${version}`;
  const words = given.map((argument) => `--build-arg=${argument}`);
  // Containers of their own need rights that root in a container lacks; a changed root folder is enough for these steps.
  const how = [
    "--quiet",
    "--isolation=chroot",
    pull ? "--pull" : "--pull-never",
    "--layers",
    "--volume=/etc/ssl/certs:/etc/ssl/certs:ro",
  ];
  await buildah("build", ...how, ...words, `--file=${join(root, dockerfile)}`, `--tag=${image}`, root);
  await rm(`${files.archive}.new`, { force: true });
  await buildah("push", "--quiet", image, `docker-archive:${files.archive}.new:${image}`);
  await rename(`${files.archive}.new`, files.archive);
  await writeFile(files.sbom, await readBill(buildah, image, name, nodeVersion));
  await writeFile(files.stamp, inputs);
  return true;
}

async function readBill(buildah: Buildah, image: string, name: ImageName, nodeVersion: string): Promise<string> {
  const container = (await buildah("from", "--pull-never", image)).trim();
  try {
    const mounted = (await buildah("mount", container)).trim();
    return billOfMaterials(await readImageContent(mounted, name, imageVersion(), nodeVersion));
  } finally {
    await buildah("rm", container);
  }
}
