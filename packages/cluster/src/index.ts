export { agreeWhere } from "./apply/agree-where.ts";
export {
  createApplier,
  fieldManager,
  ownsStatus,
  type Applier,
  type ApplierOptions,
  type ApplyOptions,
  type StatusPatch,
} from "./apply/applier.ts";
export { fieldConflicts, type FieldConflict } from "./apply/field-conflict.ts";
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
export { createLeaderElection, type LeaderElection, type LeaderElectionOptions } from "./election/leader-election.ts";
export type { ElectionTimings } from "./election/election.ts";
export { createEventRecorder, type EventRecorder, type EventRecorderOptions } from "./events/event-recorder.ts";
export type { EventLimits } from "./events/event-gate.ts";
export type { EventSource, Happening } from "./events/happening.ts";
export { trimManagedFields } from "./objects/trim-managed-fields.ts";
export { isOlderVersion } from "./reflector/watch-event.ts";
