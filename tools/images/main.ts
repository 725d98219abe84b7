import { ensureBaseImages } from "./base-images.ts";
import { buildImage } from "./build-image.ts";
import { buildahMissing, createBuildah } from "./buildah.ts";
import { imageFiles, imageNames } from "./images.ts";

// Usage: node tools/images/main.ts [NAME=value…]: builds both images, with these build arguments, into .cache/images.
// PTP_BASE_IMAGES=registry takes the base images from their registry instead of making stand-ins.
const buildArguments = process.argv.slice(2);
const suite = buildArguments.find((word) => word.startsWith("DEBIAN_SUITE="))?.split("=")[1] ?? "trixie";
const progress = (line: string): void => console.log(`images: ${line}`);
const nodeVersion = process.versions.node;
try {
  const missing = await buildahMissing();
  if (missing !== undefined) throw new Error(missing);
  const buildah = await createBuildah();
  // Containers of a build that was killed would hold its images.
  await buildah("rm", "--all");
  const fromRegistry = process.env["PTP_BASE_IMAGES"] === "registry";
  if (!fromRegistry) await ensureBaseImages(buildah, { suite, nodeVersion }, progress);
  let built = false;
  for (const name of imageNames) {
    const startMs = performance.now();
    const isNew = await buildImage(name, { buildah, nodeVersion, pull: fromRegistry, buildArguments });
    const seconds = Math.round((performance.now() - startMs) / 1000);
    built ||= isNew;
    progress(`${imageFiles(name).archive}: ${isNew ? `built in ${String(seconds)} s` : "nothing has changed"}`);
  }
  // Both begin with the same steps, so what came between is thrown away only now.
  if (built) await buildah("rmi", "--prune");
} catch (error) {
  console.error(`images: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
