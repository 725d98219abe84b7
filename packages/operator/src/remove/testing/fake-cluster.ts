import { ApiError, type ApiRequest } from "@ptp/cluster";
import type { RemovalWorld } from "../removal-world.ts";

/** An object as the fake keeps it. */
export interface FakeObject {
  readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string };
  readonly [field: string]: unknown;
}

/** The API server a removal needs, in memory; pods go `podsEndAfter` looks after their owner. */
export interface FakeCluster {
  readonly world: RemovalWorld;
  /** `VERB plural/name` of all that was written, and what was told, in order. */
  readonly happened: readonly string[];
  /** `plural/name` of all that is there. */
  left(): readonly string[];
}

/** How a fake cluster behaves. */
export interface FakeOptions {
  /** By plural; a plural that is absent is a kind the server does not know. */
  readonly objects: Readonly<Record<string, readonly FakeObject[]>>;
  /** Looks at pods after which they are gone; default 1. */
  readonly podsEndAfter?: number;
  readonly timeoutMs?: number;
  /** Objects of this kind stay when they are deleted, as with a finalizer. */
  readonly heldPlural?: string;
  /** Called before each answer; what it throws is the answer. */
  readonly before?: (request: ApiRequest) => void;
  /** Called when time passes. */
  readonly paused?: (objects: Map<string, FakeObject[]>) => void;
}

/** Creates it. Time passes only in pauses. */
export function createFakeCluster(options: FakeOptions): FakeCluster {
  const { timeoutMs = 60_000, before, paused } = options;
  const objects = new Map(Object.entries(options.objects).map(([plural, list]) => [plural, [...list]]));
  const happened: string[] = [];
  let now = 0;
  let looks = options.podsEndAfter ?? 1;
  const request = async (one: ApiRequest): Promise<unknown> => {
    before?.(one);
    const [plural = "", name, subresource] = one.path.split("/namespaces/n/")[1]?.split("/") ?? [];
    const list = objects.get(plural);
    const found = list?.find(({ metadata }) => metadata.name === name);
    if (list === undefined || (name !== undefined && found === undefined)) throw refusal(404, one);
    if (name === undefined) {
      if (plural === "pods" && happened.length > 0 && looks-- <= 0) list.length = 0;
      return { metadata: { resourceVersion: "1" }, items: list };
    }
    if (one.method === "GET") return found;
    happened.push(`${one.method} ${plural}/${name}${subresource === undefined ? "" : `/${subresource}`}`);
    if (one.method === "DELETE" && plural !== options.heldPlural) list.splice(list.indexOf(found as FakeObject), 1);
    return {};
  };
  const world: RemovalWorld = {
    client: { request },
    namespace: "n",
    tell: (line) => void happened.push(line),
    nowMs: () => now,
    pause: async (delayMs) => {
      now += delayMs;
      paused?.(objects);
    },
    deadlineMs: timeoutMs,
  };
  const left = () => [...objects].flatMap(([plural, list]) => list.map(({ metadata }) => `${plural}/${metadata.name}`));
  return { world, happened, left };
}

function refusal(status: number, { method, path }: ApiRequest): ApiError {
  return new ApiError("invalid", `${method} ${path}: ${status}`, { status });
}
