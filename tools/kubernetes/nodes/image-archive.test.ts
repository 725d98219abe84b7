import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { writeProgramImage } from "./image-archive.ts";

test("writeProgramImage writes a docker-archive whose layer holds the program under its name", async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "image-archive-"));
  t.after(() => rm(dir, { recursive: true }));
  const archive = await writeProgramImage(join(dir, "image"), {
    name: "localhost/x:1",
    program: "/bin/true",
    entrypoint: (path) => [path, "word"],
  });
  const read = (name: string): string =>
    execFileSync("tar", ["--extract", "--to-stdout", `--file=${archive}`, name]).toString();
  const [manifest] = JSON.parse(read("manifest.json")) as [{ RepoTags: string[]; Config: string }];
  assert.deepEqual(manifest.RepoTags, ["localhost/x:1"]);
  const { config } = JSON.parse(read(manifest.Config)) as { config: { Entrypoint: string[] } };
  assert.deepEqual(config.Entrypoint, ["/true", "word"]);
  const listed = execFileSync("bash", ["-c", `tar -xOf ${archive} layer.tar | tar -t`]).toString();
  assert.equal(listed, "true\n");
});
