import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
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
    // Without such a port it is another's pod, as that of a Job.
    const behind = [...pods.running()].flatMap(([name, program]) => {
      const port = name.startsWith(namePrefix) ? program.portByName.get(portName) : undefined;
      return port === undefined ? [] : [{ program, port }];
    });
    turn += 1;
    for (const at of behind.keys()) {
      const next = behind[(turn + at) % behind.length];
      if (next !== undefined && (await next.program.isReady())) return next.port;
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

function join(inner: Socket, port: number): void {
  const outer = connect(port, "127.0.0.1");
  outer.on("error", () => inner.destroy()).on("close", () => inner.destroy());
  inner.on("close", () => outer.destroy());
  inner.pipe(outer).pipe(inner);
}
