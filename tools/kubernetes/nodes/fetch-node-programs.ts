import { dirname } from "node:path";
import { attemptInScratch } from "../../debian/attempt-in-scratch.ts";
import { fetchPackage, type FetchOptions } from "../../debian/fetch-package.ts";
import { moveIntoPlace } from "../../debian/move-into-place.ts";
import { isFetched, nodePackages, packageDir } from "./node-programs.ts";

/** Brings those packages of a node that are not there into private folders, and returns which came. */
export async function fetchNodePrograms(options: FetchOptions): Promise<readonly string[]> {
  const wanted = nodePackages.filter((nodePackage) => !isFetched(nodePackage));
  for (const nodePackage of wanted) {
    const to = packageDir(nodePackage);
    await attemptInScratch(`${dirname(to)}/.fetch-${nodePackage.name}-`, options.progress, async (dir) => {
      const { root } = await fetchPackage(dir, nodePackage, options);
      await moveIntoPlace(root, to);
    });
  }
  return wanted.map(({ name }) => name);
}
