import type { ControlPlane } from "../../tools/kubernetes/control-plane/control-plane.ts";
import { monotonicMs } from "../measure/monotonic.ts";
import { namespace } from "./cluster-world.ts";

/** What is looked at in an object's status. */
export interface WatchedObject {
  readonly metadata: { readonly name: string; readonly generation?: number };
  readonly status?: {
    readonly revision?: string;
    readonly observedGeneration?: number;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason: string }[];
  };
}

/** Follows the objects of a kind. */
export interface StatusWatch extends Disposable {
  newest(name: string): WatchedObject | undefined;
  /** Waits until an object is so; returns when its event came. */
  until(name: string, isSo: (object: WatchedObject) => boolean, timeoutMs: number): Promise<number>;
}

/** Starts to follow one of our kinds. */
export async function watchStatus({ api }: ControlPlane, plural: string): Promise<StatusWatch> {
  const path = `/apis/ptp.openshift.io/v1/namespaces/${namespace}/${plural}`;
  const newest = new Map<string, WatchedObject>();
  const waiting = new Set<() => void>();
  const closing = new AbortController();
  void api.watch(
    `${path}?watch=true`,
    ({ object }) => {
      const seen = object as WatchedObject;
      newest.set(seen.metadata.name, seen);
      for (const look of waiting) look();
    },
    closing.signal,
  );
  return {
    newest: (name) => newest.get(name),
    until: async (name, isSo, timeoutMs) => {
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      const look = (): void => {
        const object = newest.get(name);
        if (object !== undefined && isSo(object)) resolve(monotonicMs());
      };
      waiting.add(look);
      const late = () => reject(new Error(`${plural}/${name} did not get its status within ${timeoutMs} ms`));
      const timer = setTimeout(late, timeoutMs);
      look();
      return await promise.finally(() => {
        clearTimeout(timer);
        waiting.delete(look);
      });
    },
    [Symbol.dispose]: () => closing.abort(),
  };
}

/** Whether what an object's status says is of its newest spec, and nothing is under way any more. */
export function isSettled({ metadata, status }: WatchedObject): boolean {
  const reconciling = status?.conditions?.find(({ type }) => type === "Reconciling")?.status;
  return status?.observedGeneration === metadata.generation && reconciling !== "True";
}
