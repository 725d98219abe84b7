import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter } from "node:path";
import { programDir } from "./binaries/programs.ts";
import { parseCommandLine, usage, type CommandLine } from "./command-line.ts";
import { createControlPlane, type ControlPlane } from "./control-plane/control-plane.ts";
import { installCrds } from "./crds/custom-resources.ts";

async function main(words: readonly string[]): Promise<number> {
  const wanted = parseCommandLine(words);
  if (typeof wanted === "string") {
    console.error(`${wanted}\n${usage}`);
    return 2;
  }
  const stopped = new Promise((resolve) => process.once("SIGINT", resolve).once("SIGTERM", resolve));
  const plane = await createControlPlane({ scheduler: wanted.scheduler });
  try {
    await furnish(plane, wanted);
    if (wanted.command.length > 0) return await run(plane, wanted.command);
    console.log(`export KUBECONFIG=${plane.adminKubeconfig}`);
    console.log(`export PATH=${programDir()}${delimiter}$PATH`);
    console.log("Ctrl-C ends all of it.");
    await stopped;
    return 0;
  } finally {
    await plane.close();
  }
}

async function furnish(plane: ControlPlane, { crds, nodes }: CommandLine): Promise<void> {
  if (crds) await installCrds(plane);
  if (nodes === 0) return;
  await plane.createNodes(Array.from({ length: nodes }, (_, index) => `node-${String(index + 1)}`));
  plane.playKubelets();
}

async function run(plane: ControlPlane, [program = "", ...args]: readonly string[]): Promise<number> {
  const path = [programDir(), process.env["PATH"] ?? ""].join(delimiter);
  const env = { ...process.env, ...plane.environment, PATH: path };
  const child = spawn(program, args, { env, stdio: "inherit" });
  const [code] = (await once(child, "close")) as [number | null];
  return code ?? 1;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`kubernetes: ${error instanceof Error ? error.message : String(error)}`);
  return 1;
});
