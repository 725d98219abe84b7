import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The Debian suite whose etcd is used: its 3.5 knows progress requests, which watches with initial events need. */
export const etcdSuite = "trixie";

const cacheDir = join(import.meta.dirname, "../../../.cache/etcd");

/** The private folder of one etcd release (absolute); it exists only after a fetch. */
export function etcdDir(release: string): string {
  return join(cacheDir, release);
}

/** Where a fetch notes which release the suite carried. */
export const etcdNotePath = join(cacheDir, `${etcdSuite}.suite`);

/** The release that is fetched, e.g. `3.5.16`; undefined: none is. */
export function fetchedEtcdRelease(): string | undefined {
  if (!existsSync(etcdNotePath)) return undefined;
  const release = readFileSync(etcdNotePath, "utf8").trim();
  return existsSync(join(etcdDir(release), "VERSION")) ? release : undefined;
}
