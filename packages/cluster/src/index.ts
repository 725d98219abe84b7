export { systemClock, type Clock } from "./clock.ts";
export { createApiClient, type ApiClient, type ApiRequest, type ApiStreamRequest } from "./connection/api-client.ts";
export { ApiError, hasStatus, type ErrorCause } from "./connection/api-error.ts";
export { loadKubeConfig, type KubeConfigSource } from "./connection/load-kube-config.ts";
export { keyFor, objectKey, type KubeMeta, type KubeObject, type OwnerReference } from "./objects/kube-object.ts";
export { apiVersionOf, resourceName, resourcePath, type Resource, type ResourceTarget } from "./objects/resource.ts";
export { resources, type AnyObject } from "./objects/resources.ts";
export {
  createController,
  type ControllerHooks,
  type ControllerOptions,
  type Reconcile,
  type ReconcileContext,
  type ReconcileOutcome,
  type ReconcileResult,
} from "./queue/controller.ts";
export { lowPriority, type TakenKey } from "./queue/queue-state.ts";
export { createRateLimiter, type RateLimiter, type RateLimiterOptions } from "./queue/rate-limiter.ts";
export {
  createWorkQueue,
  type AddOptions,
  type QueueHooks,
  type WorkQueue,
  type WorkQueueOptions,
} from "./queue/work-queue.ts";
export { listPages, type Listing, type ListOptions, type Selection } from "./reflector/list-pages.ts";
export type { Change, Indexer, ObjectReader } from "./reflector/object-cache.ts";
export {
  createReflector,
  type ChangeListener,
  type Reflector,
  type ReflectorHooks,
  type ReflectorOptions,
  type ReflectorSettings,
} from "./reflector/reflector.ts";
