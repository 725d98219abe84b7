import type { ControlPlane } from "../../tools/kubernetes/control-plane/control-plane.ts";
import { monotonicMs } from "../measure/monotonic.ts";
import { until } from "../measure/until.ts";
import { namespace } from "./cluster-world.ts";

interface DeviceList {
  readonly items: readonly {
    readonly status?: { readonly revision?: string; readonly profiles?: readonly unknown[] };
  }[];
}

/** Waits until that many NodePtpDevices tell of a profile that runs or is refused; returns when that was seen. */
export async function untilDevicesTold({ api }: ControlPlane, nodes: number, timeoutMs: number): Promise<number> {
  const path = `/apis/ptp.openshift.io/v1/namespaces/${namespace}/nodeptpdevices?resourceVersion=0`;
  return await until(
    async () => {
      const { items } = (await api.request("GET", path)) as DeviceList;
      const told = items.filter(({ status }) => (status?.profiles?.length ?? 0) > 0);
      return told.length >= nodes ? monotonicMs() : undefined;
    },
    // A list of thousands is work for the API server: asking more often would be part of what is measured.
    { what: `the status of ${nodes} NodePtpDevices`, timeoutMs, everyMs: Math.max(100, nodes / 2) },
  );
}
