import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ImageContent, NpmPackage } from "./sbom/bill-of-materials.ts";
import { parseDpkgStatus } from "./sbom/parse-dpkg-status.ts";

/** Reads what is in an image from its unpacked file system at `root`. */
export async function readImageContent(
  root: string,
  name: string,
  version: string,
  node: string,
): Promise<ImageContent> {
  const records = join(root, "var/lib/dpkg/status.d");
  const paragraphs = await Promise.all((await readdir(records)).map((file) => readFile(join(records, file), "utf8")));
  const programs = join(root, "opt/ptp");
  const lists = (await readdir(programs)).filter((file) => file.endsWith(".packages.json"));
  const npm = await Promise.all(
    lists.map(async (file) => JSON.parse(await readFile(join(programs, file), "utf8")) as readonly NpmPackage[]),
  );
  const release = await readFile(join(root, "etc/os-release"), "utf8");
  return {
    name,
    version,
    node,
    npm: npm.flat(),
    debian: parseDpkgStatus(paragraphs.join("\n\n")),
    distribution: `debian-${/^VERSION_ID="?([^"\n]*)/m.exec(release)?.[1] ?? "unknown"}`,
  };
}
