import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import type { LocalProgram } from "./local-program.ts";
import type { ProgramPods } from "./program-pods.ts";

/** A Service as programs of this machine reach it. */
export interface ProgramService {
  /** On 127.0.0.1. */
  readonly port: number;
  close(): void;
}

/** Which pods are behind it, and at which of their ports. */
export interface ServedPods {
  readonly namePrefix: string;
  readonly portName: string;
}

/** Plays kube-proxy for one port of a Service: each connection goes to the next pod that is ready, or nowhere. */
export async function serveProgramPods(
  pods: Pick<ProgramPods, "running">,
  { namePrefix, portName }: ServedPods,
): Promise<ProgramService> {
  const open = new Set<Socket>();
  let turn = 0;
  const nextPort = async (): Promise<number | undefined> => {
    const behind = [...pods.running()].filter(([name]) => name.startsWith(namePrefix));
    turn += 1;
    for (const at of behind.keys()) {
      const [, program] = behind[(turn + at) % behind.length] ?? [];
      if (program !== undefined && (await program.isReady())) return portOf(program, portName);
    }
    return undefined;
  };
  const server = createServer((inner) => {
    open.add(inner);
    inner.on("error", () => inner.destroy()).on("close", () => open.delete(inner));
    void nextPort().then((port) => (port === undefined ? inner.destroy() : join(inner, port)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

function portOf({ portByName }: LocalProgram, portName: string): number {
  const port = portByName.get(portName);
  if (port === undefined) throw new Error(`no port ${portName} among ${[...portByName.keys()].join(", ")}`);
  return port;
}

function join(inner: Socket, port: number): void {
  const outer = connect(port, "127.0.0.1");
  outer.on("error", () => inner.destroy()).on("close", () => inner.destroy());
  inner.on("close", () => outer.destroy());
  inner.pipe(outer).pipe(inner);
}
