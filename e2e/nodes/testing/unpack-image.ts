import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestContext } from "node:test";

const execute = promisify(execFile);

/** An image as files. */
export interface UnpackedImage {
  /** Folder of its file system. */
  readonly root: string;
  readonly config: {
    readonly User?: string;
    readonly Entrypoint: readonly string[];
    readonly Env: readonly string[];
    readonly Labels: Readonly<Record<string, string>>;
  };
  /** Runs a program of it, its root read-only, as that user; returns standard output and standard error. */
  run(user: number, argv: readonly string[]): Promise<string>;
}

/** Unpacks a docker-archive for the time of a test. Its layers must not take files away. */
export async function unpackImage(t: TestContext, archive: string): Promise<UnpackedImage> {
  const dir = await mkdtemp(join(tmpdir(), "ptp-image-"));
  t.after(() => rm(dir, { recursive: true, force: true }));
  const [parts, root] = [join(dir, "parts"), join(dir, "root")];
  await execute("mkdir", [parts, root]);
  await execute("tar", ["-x", "-f", archive, "-C", parts]);
  const json = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(parts, name), "utf8"));
  const [manifest] = (await json("manifest.json")) as [{ Config: string; Layers: readonly string[] }];
  for (const layer of manifest.Layers) await execute("tar", ["-x", "-f", join(parts, layer), "-C", root]);
  const { config } = (await json(manifest.Config)) as { config: UnpackedImage["config"] };
  const script =
    'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && user=$1 && shift && exec chroot --userspec="$user" "$0" "$@"';
  return {
    root,
    config,
    run: async (user, argv) => {
      const words = ["--mount", "sh", "-c", script, root, `${String(user)}:${String(user)}`, ...argv];
      const env = Object.fromEntries(config.Env.map((each) => each.split(/=(.*)/s).slice(0, 2) as [string, string]));
      const { stdout, stderr } = await execute("unshare", words, {
        env: { ...env, PATH: `${env["PATH"] ?? ""}:/usr/sbin:/usr/bin:/sbin:/bin` },
      });
      return stdout + stderr;
    },
  };
}
