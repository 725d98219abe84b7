import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { kubernetesMissing, programPath } from "../binaries/programs.ts";

/** A Debian package with programs that a node needs beside kubelet. */
export interface NodePackage {
  readonly name: string;
  readonly suite: string;
}

/** Unpacked, never installed. runc is of an older suite than the rest: a newer one needs a newer C library than many machines have. */
export const nodePackages: readonly NodePackage[] = [
  { name: "containerd", suite: "trixie" },
  { name: "runc", suite: "bookworm" },
  { name: "containernetworking-plugins", suite: "trixie" },
  { name: "libseccomp2", suite: "bookworm" },
  { name: "busybox-static", suite: "bookworm" },
];

const cacheDir = join(import.meta.dirname, "../../../.cache/kubernetes-node");

/** The folder into which a package is unpacked (absolute); it exists only after a fetch. */
export function packageDir({ name, suite }: NodePackage): string {
  return join(cacheDir, `${name}-${suite}`);
}

/** Whether it was fetched completely. */
export function isFetched(nodePackage: NodePackage): boolean {
  return existsSync(join(packageDir(nodePackage), "VERSION"));
}

/** Paths of what a node runs. Throws where a package is not fetched. */
export function nodePrograms() {
  const folderOf = (name: string): string => {
    const found = nodePackages.find((nodePackage) => nodePackage.name === name);
    if (found === undefined || !isFetched(found)) throw new Error(notThere);
    return packageDir(found);
  };
  return {
    kubelet: programPath("kubelet"),
    /** With containerd, its shim and ctr in it. */
    containerdDir: join(folderOf("containerd"), "usr/bin"),
    /** For runc. */
    librarySearchPath: libraryDir(folderOf("libseccomp2")),
    runc: join(folderOf("runc"), "usr/sbin/runc"),
    cniDir: join(folderOf("containernetworking-plugins"), "usr/lib/cni"),
    busybox: join(folderOf("busybox-static"), "bin/busybox"),
  };
}

/** Named by the kind of machine, such as `usr/lib/x86_64-linux-gnu`. */
function libraryDir(root: string): string {
  const dir = join(root, "usr/lib");
  return join(dir, readdirSync(dir)[0] ?? "");
}

const notThere = "kubelet and containerd are not built: run make kubernetes-node";

/** Why no real node can be started here, or undefined when it can: what a test gives to `t.skip`. */
export function nodesMissing(): string | undefined {
  const missing = kubernetesMissing();
  if (missing !== undefined) return missing;
  return nodePackages.every(isFetched) && existsSync(programPath("kubelet")) ? undefined : notThere;
}
