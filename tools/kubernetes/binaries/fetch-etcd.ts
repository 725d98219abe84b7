import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { attemptInScratch } from "../../debian/attempt-in-scratch.ts";
import { command } from "../../debian/command.ts";
import { fetchPackage, type FetchOptions } from "../../debian/fetch-package.ts";
import { moveIntoPlace } from "../../debian/move-into-place.ts";
import { upstreamRelease } from "../../debian/upstream-release.ts";
import { etcdDir, etcdNotePath, etcdSuite, fetchedEtcdRelease } from "./etcd-release.ts";

/** Brings etcd into its private folder, unless it is there, and returns its release. Nothing is installed. */
export async function fetchEtcd(options: FetchOptions): Promise<string> {
  const known = fetchedEtcdRelease();
  if (known !== undefined) return known;
  return attemptInScratch(join(dirname(etcdNotePath), `.fetch-${etcdSuite}-`), options.progress, async (dir) => {
    const { root, version } = await fetchPackage(dir, { name: "etcd-server", suite: etcdSuite }, options);
    // It needs the C library only, and no new one: a suite whose etcd needs more is found out here.
    await command([join(root, "usr/bin/etcd"), "--version"]);
    const release = upstreamRelease(version);
    await moveIntoPlace(root, etcdDir(release));
    await writeFile(etcdNotePath, `${release}\n`);
    return release;
  });
}
