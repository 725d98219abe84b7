import { existsSync } from "node:fs";
import { cp, mkdir, rename, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { command } from "../debian/command.ts";
import { debianMirror } from "../debian/debian-mirror.ts";
import { imageCacheDir, type Buildah } from "./buildah.ts";

/** The images the Dockerfiles begin with. */
export interface BaseImages {
  readonly suite: string;
  readonly nodeVersion: string;
}

/**
 * Puts stand-ins for `debian:<suite>-slim` and `node:<version>-<suite>-slim` into buildah's storage, for machines that
 * reach Debian's archive and npm but no container registry: Debian's own packages, and the Node that npm ci installed.
 */
export async function ensureBaseImages(
  buildah: Buildah,
  { suite, nodeVersion }: BaseImages,
  progress: (line: string) => void,
): Promise<void> {
  const debian = `docker.io/library/debian:${suite}-slim`;
  const node = `docker.io/library/node:${nodeVersion}-${suite}-slim`;
  if (!(await exists(buildah, debian))) {
    progress(`${debian}: made of Debian's packages`);
    await commit(buildah, debian, await debianRoot(suite));
  }
  if (!(await exists(buildah, node))) {
    progress(`${node}: made of it and the Node of node_modules`);
    const root = join(imageCacheDir, `node-${String(process.pid)}`);
    try {
      await layOutNode(root);
      await commit(buildah, node, root, debian);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  }
}

async function exists(buildah: Buildah, image: string): Promise<boolean> {
  return buildah("inspect", "--type=image", image).then(
    () => true,
    () => false,
  );
}

async function commit(buildah: Buildah, image: string, content: string, from = "scratch"): Promise<void> {
  const container = (await buildah("from", "--pull-never", from)).trim();
  try {
    await buildah("add", "--quiet", container, content, "/");
    // Not part of what is built on it: its last stage begins from nothing.
    await buildah("config", "--env=NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt", container);
    await buildah("commit", "--quiet", container, image);
  } finally {
    await buildah("rm", container);
  }
}

async function debianRoot(suite: string): Promise<string> {
  const path = join(imageCacheDir, `debian-${suite}.tar`);
  if (existsSync(path)) return path;
  await mkdir(dirname(path), { recursive: true });
  const { uri } = await debianMirror(process.env["PTP_DEBIAN_MIRROR"]);
  const lean = ["man", "doc", "locale", "info"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`);
  const licences = "--dpkgopt=path-include=/usr/share/doc/*/copyright";
  const options = ["--quiet", "--variant=minbase", "--include=ca-certificates", ...lean, licences, "--format=tar"];
  await command(["mmdebstrap", ...options, suite, `${path}.new`, uri], { timeoutMs: 600_000 });
  await rename(`${path}.new`, path);
  return path;
}

/** As in Node's image: the binary and npm under /usr/local. */
async function layOutNode(root: string): Promise<void> {
  await mkdir(join(root, "usr/local/bin"), { recursive: true });
  await cp(process.execPath, join(root, "usr/local/bin/node"));
  // Its first file is npm/bin/npm-cli.js.
  const npm = (await command(["bash", "-c", 'realpath "$(command -v npm)"'])).trim();
  await cp(dirname(dirname(npm)), join(root, "usr/local/lib/node_modules/npm"), { recursive: true, dereference: true });
  await symlink("../lib/node_modules/npm/bin/npm-cli.js", join(root, "usr/local/bin/npm"));
}
