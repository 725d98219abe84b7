import { createServer, connect, type Socket } from "node:net";
import { join } from "node:path";
import type { Host, HostProcess, Lab } from "./lab.ts";
import { nameHost } from "./name-host.ts";

/** A port of this machine that hosts of a lab reach although their networks have no way out. */
export interface Relay {
  /** Lets a host reach it at its own 127.0.0.1, and by `names` if given, which only this host then knows. */
  open(host: Host, port: number, names?: readonly string[]): Promise<void>;
  /** Lets a host reach it at another address of its own. */
  openAt(host: Host, address: string, port: number): Promise<void>;
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
  const openAt: Relay["openAt"] = async (host, address, port) => {
    const started = host.spawn([process.execPath, program, String(port), socketPath, address]);
    programs.push(started);
    await started.log.waitFor(/^listens$/, 20_000);
  };
  return {
    open: async (host, port, names = []) => {
      if (names.length > 0) await nameHost(host, new Map([["127.0.0.1", names]]));
      await openAt(host, "127.0.0.1", port);
    },
    openAt,
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
