import { createHash } from "node:crypto";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { command } from "../../debian/command.ts";

/** An image of one program. */
export interface ProgramImage {
  /** With a tag. */
  readonly name: string;
  /** Path of a program that needs no library. */
  readonly program: string;
  readonly entrypoint: (pathInside: string) => readonly string[];
}

/** Writes a docker-archive `<dir>.tar`, which containerd imports, and returns its path. `dir` is made and removed. */
export async function writeProgramImage(dir: string, { name, program, entrypoint }: ProgramImage): Promise<string> {
  await mkdir(join(dir, "root"), { recursive: true });
  // Some programs are what they are called.
  await cp(program, join(dir, "root", basename(program)));
  const layerPath = join(dir, "layer.tar");
  await tar(layerPath, join(dir, "root"), [basename(program)]);
  const layer = createHash("sha256")
    .update(await readFile(layerPath))
    .digest("hex");
  const config = {
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    os: "linux",
    config: { Entrypoint: entrypoint(`/${basename(program)}`) },
    rootfs: { type: "layers", diff_ids: [`sha256:${layer}`] },
  };
  await writeFile(join(dir, "config.json"), JSON.stringify(config));
  await writeFile(
    join(dir, "manifest.json"),
    JSON.stringify([{ Config: "config.json", RepoTags: [name], Layers: ["layer.tar"] }]),
  );
  await tar(`${dir}.tar`, dir, ["manifest.json", "config.json", "layer.tar"]);
  await rm(dir, { recursive: true });
  return `${dir}.tar`;
}

async function tar(to: string, from: string, names: readonly string[]): Promise<void> {
  const same = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@0"];
  await command(["tar", "--create", ...same, `--file=${to}`, `--directory=${from}`, ...names]);
}
