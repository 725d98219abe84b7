import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism, constants, setPriority } from "node:os";
import { goModuleDir } from "./kubernetes-version.ts";
import { linkFlags } from "./link-flags.ts";

const howToGet =
  "install Go 1.26 or newer (https://go.dev/doc/install); it is needed for the Kubernetes control plane of the tests only";

/** Why the go command cannot build here, with the remedy; undefined: it can. */
export async function goMissing(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  try {
    // Run inside the module, so that a Go too old for it says so now.
    await runGo(["list", "-m"], env, () => undefined);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ("code" in error && error.code === "ENOENT") return `Go is not installed: ${howToGet}`;
    return `${error.message}: ${howToGet}`;
  }
}

/** Builds main packages into the folder `to`; `compiled` is told of each package that was not in Go's build cache. */
export async function goBuild(
  packages: readonly string[],
  to: string,
  compiled: (goPackage: string) => void,
): Promise<void> {
  const parallel = `-p=${availableParallelism()}`;
  const flags = ["-v", parallel, "-trimpath", "-buildvcs=false", "-mod=readonly", "-ldflags", linkFlags()];
  await runGo(["build", ...flags, "-o", `${to}/`, ...packages], process.env, (line) => {
    // Downloads and errors are sentences.
    if (!line.includes(" ")) compiled(line);
  });
}

/** A compiler that collects garbage seldom, up to 2 GiB each, is done in three quarters of the time. */
const collector = { GOGC: "400", GOMEMLIMIT: "2GiB" } as const;

async function runGo(words: readonly string[], env: NodeJS.ProcessEnv, onLine: (line: string) => void): Promise<void> {
  const child = spawn("go", words, {
    cwd: goModuleDir,
    env: { ...collector, ...env, CGO_ENABLED: "0", GOWORK: "off" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  // Minutes of compiling must not starve what else the machine does.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const last: string[] = [];
  let rest = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
    last.push(...lines);
    last.splice(0, last.length - 20);
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code === 0) return;
  throw new Error([...last, rest].join("\n").trim() || `go ${words[0] ?? ""} ended with ${String(code)}`);
}
