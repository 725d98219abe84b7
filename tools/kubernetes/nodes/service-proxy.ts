import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { nameHost } from "../../lab/name-host.ts";
import type { Host } from "../../lab/lab.ts";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { nodeDir } from "./node-paths.ts";

/** A Service and the port of it that is proxied. */
export interface ProxiedService {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

interface EndpointSlice {
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[];
        readonly conditions?: { readonly ready?: boolean };
      }[]
    | null;
  readonly ports?: readonly { readonly port?: number }[] | null;
}

const program = join(import.meta.dirname, "service-proxy-program.ts");

/**
 * Plays DNS and kube-proxy for one Service: its name leads the processes of these nodes, and pods in their network, to
 * its ready endpoints. Ends with `signal`.
 */
export async function proxyService(
  plane: ControlPlane,
  hosts: readonly Host[],
  service: ProxiedService,
  signal: AbortSignal,
): Promise<void> {
  const file = `${nodeDir}/service-${service.name}`;
  const short = `${service.name}.${service.namespace}.svc`;
  for (const host of hosts) {
    await nameHost(host, new Map([["127.0.0.1", [short, `${short}.cluster.local`]]]));
    await host.writeFile(file, "");
    const started = host.spawn([process.execPath, program, String(service.port), file]);
    await started.log.waitFor(/^listens$/, 20_000);
  }
  void follow(plane, service, signal, async (endpoints) => {
    for (const host of hosts) await host.writeFile(file, endpoints.map((line) => `${line}\n`).join(""));
  });
}

async function follow(
  plane: ControlPlane,
  service: ProxiedService,
  signal: AbortSignal,
  write: (endpoints: readonly string[]) => Promise<void>,
): Promise<void> {
  const selector = encodeURIComponent(`kubernetes.io/service-name=${service.name}`);
  const path = `/apis/discovery.k8s.io/v1/namespaces/${service.namespace}/endpointslices?labelSelector=${selector}`;
  while (!signal.aborted) {
    // An API server that is away is asked again.
    const list = await plane.api.request("GET", path).catch(() => undefined);
    if (list !== undefined)
      await write(endpointsOf((list as { items: readonly EndpointSlice[] }).items)).catch(() => undefined);
    await sleep(500, undefined, { signal }).catch(() => undefined);
  }
}

/** The ready endpoints, `ADDRESS PORT` each, in the order of the slices; of a slice its first port counts. */
export function endpointsOf(slices: readonly EndpointSlice[]): readonly string[] {
  return slices.flatMap(({ endpoints, ports }) => {
    const port = ports?.[0]?.port;
    if (port === undefined) return [];
    const ready = (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
    return ready.flatMap(({ addresses }) => addresses.map((address) => `${address} ${String(port)}`));
  });
}
