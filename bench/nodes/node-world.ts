import { mkdir } from "node:fs/promises";
import { createLab, type Host, type HostProcess, type Lab } from "../../tools/lab/lab.ts";
import type { BenchContext } from "../benchmark.ts";
import { createConfigDirectory, type ConfigDirectory } from "../manifests/config-directory.ts";
import { ptp4lFolder, bundledProgram } from "../programs/program-paths.ts";
import { operatorWords } from "../programs/start-operator.ts";

/** A lab with an operator in a host of its own. */
export interface NodeWorld extends AsyncDisposable {
  readonly lab: Lab;
  readonly operatorHost: Host;
  readonly operator: HostProcess;
  readonly directory: ConfigDirectory;
  /** Makes a host that can carry an agent. */
  host(name: string): Promise<Host>;
  /** Starts the bundled agent of a host. */
  startAgent(host: Host): HostProcess;
  /** Where a socket must lie so that programs of the host and this one mean the same file by one path. */
  sharedSocket(name: string): string;
}

/** Makes the lab; the operator runs and knows no node yet. */
export async function createNodeWorld({ dist, workDir, progress }: BenchContext): Promise<NodeWorld> {
  const programs = ptp4lFolder();
  const agentWords = bundledProgram(dist, "ptp-agent");
  await using stack = new AsyncDisposableStack();
  const lab = stack.adopt(await createLab(), (made) => made.close());
  if (!lab.clock.adjustable) progress(`no clock will get LOCKED: ${lab.clock.reason}`);
  const directory = await createConfigDirectory(`${workDir}/manifests`);
  const sessionDir = "/run/lab/s";
  await mkdir(lab.sharedPath(sessionDir), { recursive: true });
  const operatorHost = await lab.host("operator");
  const operator = operatorHost.spawn(operatorWords({ dist, directory: directory.path, sessionDir }));
  const close = stack.move();
  return {
    lab,
    operatorHost,
    operator,
    directory,
    host: (name) => lab.host(name),
    startAgent: (host) => {
      const address = `unix:${sessionDir}/${host.name}.sock`;
      return host.spawn([...agentWords, "--node-name", host.name, "--operator", address, "--program-path", programs]);
    },
    sharedSocket: (name) => `${workDir}/${name}.sock`,
    [Symbol.asyncDispose]: () => close.disposeAsync(),
  };
}
