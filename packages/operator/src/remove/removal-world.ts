import {
  hasStatus,
  keyFor,
  listPages,
  resourcePath,
  type ApiClient,
  type ApiRequest,
  type KubeObject,
  type Resource,
} from "@ptp/cluster";
import { AppError, sleep } from "@ptp/kit";

/** What a removal stands on. */
export interface RemovalWorld {
  readonly client: Pick<ApiClient, "request">;
  readonly namespace: string;
  /** A line for who watches. */
  readonly tell: (line: string) => void;
  /** Milliseconds that only grow. */
  readonly nowMs: () => number;
  /** Waits; a test's clock may go on at once. */
  readonly pause: (delayMs: number) => Promise<void>;
  /** By {@link nowMs}. */
  readonly deadlineMs: number;
}

/** The time is over; the message says what is still there and what can be done. Exit code 3. */
export class DeadlineError extends AppError {
  constructor(message: string, options?: ErrorOptions) {
    super("waiting", message, options);
    this.name = "DeadlineError";
  }
}

/** A world of the real clock. */
export function realWorld(
  client: ApiClient,
  namespace: string,
  timeoutMs: number,
  tell: (line: string) => void,
): RemovalWorld {
  const nowMs = () => performance.now();
  return { client, namespace, tell, nowMs, pause: (delayMs) => sleep(delayMs), deadlineMs: nowMs() + timeoutMs };
}

/**
 * Asks the API server, again and again while it has no answer: an uninstall shall not fail of a blink.
 *
 * @throws ApiError what it refuses; DeadlineError when the time is over.
 */
export async function ask(world: RemovalWorld, request: ApiRequest): Promise<unknown> {
  for (let delayMs = 250; ; delayMs = Math.min(2 * delayMs, 5000)) {
    try {
      return await world.client.request(request);
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== "transient") throw error;
      if (world.nowMs() + delayMs > world.deadlineMs) {
        throw new DeadlineError(`${error.message}; run it again when the API server answers`, { cause: error });
      }
      world.tell(`${error.message}; trying again`);
      await world.pause(delayMs);
    }
  }
}

/** One object; undefined where there is none, or no such kind. */
export async function read<T extends KubeObject>(
  world: RemovalWorld,
  resource: Resource<T>,
  name: string,
): Promise<T | undefined> {
  const path = resourcePath(resource, { namespace: world.namespace, name });
  return (await unlessMissing(ask(world, { method: "GET", path }))) as T | undefined;
}

/** All objects of a kind in the operator's namespace; none where the kind is gone. */
export async function readAll<T extends KubeObject>(
  world: RemovalWorld,
  resource: Resource<T>,
  labelSelector?: string,
): Promise<readonly T[]> {
  const client = { request: (request: ApiRequest) => ask(world, request) };
  const selection = { resource, namespace: world.namespace, ...(labelSelector !== undefined && { labelSelector }) };
  const listing = await unlessMissing(listPages(client, selection, { pageSize: 500 }));
  return listing?.objects ?? [];
}

/** Deletes one object and tells so; what is gone already, or another by now, is left alone. */
export async function removeObject(world: RemovalWorld, resource: Resource, { metadata }: KubeObject): Promise<void> {
  const { namespace } = world;
  const path = resourcePath(resource, { namespace, name: metadata.name });
  const preconditions = metadata.uid === undefined ? {} : { preconditions: { uid: metadata.uid } };
  const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background", ...preconditions };
  const gone = await unlessMissing(ask(world, { method: "DELETE", path, body }).then(() => true));
  if (gone === true) world.tell(`removed ${resource.kind} ${keyFor(metadata.name, namespace)}`);
}

/**
 * Looks until nothing is left, and tells what is whenever that changes.
 *
 * @throws DeadlineError with `remedy` and what is left.
 */
export async function untilNone<T>(
  world: RemovalWorld,
  look: () => Promise<readonly T[]>,
  text: (left: readonly T[]) => string,
  remedy: string,
): Promise<void> {
  let told = "";
  for (let delayMs = 250; ; delayMs = Math.min(2 * delayMs, 5000)) {
    const left = await look();
    if (left.length === 0) return;
    const line = text(left);
    if (line !== told) world.tell(`waiting for ${line}`);
    told = line;
    if (world.nowMs() + delayMs > world.deadlineMs) throw new DeadlineError(`still there: ${line}; ${remedy}`);
    await world.pause(delayMs);
  }
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (hasStatus(error, 404) || hasStatus(error, 409)) return undefined;
    throw error;
  }
}
