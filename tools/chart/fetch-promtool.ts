import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { attemptInScratch } from "../debian/attempt-in-scratch.ts";
import { command } from "../debian/command.ts";
import { debianMirror } from "../debian/debian-mirror.ts";
import { fetchPackage } from "../debian/fetch-package.ts";
import { rootDir } from "./chart-files.ts";

// Usage: node tools/chart/fetch-promtool.ts; puts promtool of Debian's Prometheus into .cache, nothing is installed.
const suite = "bookworm";
const path = join(rootDir, ".cache/promtool", suite, "promtool");
const progress = (line: string): void => console.log(`promtool: ${line}`);
const mirror = (): ReturnType<typeof debianMirror> => debianMirror(process.env["PTP_DEBIAN_MIRROR"]);

async function fetchPromtool(): Promise<void> {
  await attemptInScratch(join(dirname(dirname(path)), `.fetch-${suite}-`), progress, async (dir) => {
    const { root, version } = await fetchPackage(dir, { name: "prometheus", suite }, { mirror, progress });
    const fetched = join(root, "usr/bin/promtool");
    // It needs the C library only: a machine whose library is too old is found out here.
    await command([fetched, "--version"]);
    await mkdir(dirname(path), { recursive: true });
    await rename(fetched, path);
    progress(`${version} is in ${path}`);
  });
}

try {
  if (!existsSync(path)) await fetchPromtool();
} catch (error) {
  console.error(`fetch-promtool: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
