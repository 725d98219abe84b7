import { createServer, connect, type Socket } from "node:net";
import { join } from "node:path";
import type { Host, HostProcess, Lab } from "./lab.ts";

/** A port of this machine that hosts of a lab reach although their networks have no way out. */
export interface Relay {
  /** Lets a host reach it at its own 127.0.0.1, and by `names` if given, which only this host then knows. */
  open(host: Host, port: number, names?: readonly string[]): Promise<void>;
  /** Where connections go from now on; those that are open are cut. */
  redirect(port: number): void;
  close(): Promise<void>;
}

const program = join(import.meta.dirname, "relay-program.ts");

/** Makes a relay to a port of 127.0.0.1; it goes through a socket in the folder that all hosts of the lab share. */
export async function createRelay(lab: Lab, targetPort: number, name = "relay"): Promise<Relay> {
  const socketPath = `/run/lab/${name}.sock`;
  const open = new Set<Socket>();
  const programs: HostProcess[] = [];
  let target = targetPort;
  const server = createServer((inner) => {
    const outer = connect(target, "127.0.0.1");
    for (const [one, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      open.add(one);
      one.on("error", () => other.destroy()).on("close", () => (open.delete(one), other.destroy()));
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(lab.sharedPath(socketPath), resolve));
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    open: async (host, port, names = []) => {
      if (names.length > 0) await nameHost(host, names);
      const started = host.spawn([process.execPath, program, String(port), socketPath]);
      programs.push(started);
      await started.log.waitFor(/^listens$/, 20_000);
    },
    redirect: (port) => {
      target = port;
      cut();
    },
    close: async () => {
      await Promise.all(programs.map((started) => started.stop()));
      server.close();
      cut();
    },
  };
}

/** Only in this host: a file of its own lies over the hosts file. */
async function nameHost(host: Host, names: readonly string[]): Promise<void> {
  await host.writeFile("/run/hosts", `127.0.0.1 localhost ${names.join(" ")}\n`);
  await host.run(["mount", "--bind", "/run/hosts", "/etc/hosts"]);
}
