import {
  apiVersionOf,
  createApplier,
  isOlderVersion,
  keyFor,
  listPages,
  resourceName,
  resources,
  type AnyObject,
  type ApiClient,
  type Applier,
  type Change,
  type KubeObject,
  type Reflector,
} from "@ptp/cluster";
import { toText, type ClusterDocument } from "@ptp/api";
import type { AppError, Logger, Part } from "@ptp/kit";
import { clusterKey, foldClusterObject, type ClusterObject } from "./cluster-object.ts";
import {
  createClusterReflectors,
  statusResources,
  type ClusterReflectorsOptions,
  type NodeParts,
} from "./cluster-reflectors.ts";
import { createClusterStatuses } from "./cluster-statuses.ts";
import { keyText, type ObjectKey, type StatusKey, type StatusKind } from "./object-key.ts";
import type { ObjectStatus, Store, StoreProblem, StoreState } from "./store.ts";
import { toSnapshot } from "./to-snapshot.ts";

/** A cluster as a source of objects. */
export interface ClusterStoreOptions extends ClusterReflectorsOptions {
  readonly client: ApiClient;
  readonly log: Logger;
  /**
   * Asked before a status is written that spans nodes; throws where this replica does not lead (design.md section 4,
   * Replicas). The status of a node's own devices is written by the replica that serves the node, without it.
   */
  readonly fence?: () => void;
}

/** The store that is a Kubernetes cluster. */
export interface ClusterStore extends Store, Part {
  /** Why parts of the state may be out of date; empty while all is well. */
  trouble(): readonly AppError[];
  /** Calls back after objects changed, also where only their status did; returns the way to stop it. */
  subscribeStatus(listener: () => void): () => void;
  /** Which object a key stands for, with its uid: to tell about it. */
  regarding(key: StatusKey): KubeObject | undefined;
  /** Whether the cluster serves a kind; those of the first generation need not be installed. */
  serves(kind: StatusKind): boolean;
  /** IP addresses of a node, its own first; none if it has not told any. */
  nodeAddresses(nodeName: string): readonly string[];
  /** Whether a node is known and not Ready: nothing on it can be trusted to change. */
  isNodeLost(nodeName: string): boolean;
  /** Whether an object has this status, all of it ours. Asked again of the same value it costs nothing. */
  holds(key: StatusKey, status: ObjectStatus | undefined): boolean;
  /** Whether an object is there, as far as the watch has told. */
  has(key: StatusKey): boolean;
  /** Makes the object of a node that has none yet. @throws ApiError */
  create(key: StatusKey): Promise<void>;
  /**
   * Deletes an object if it is there; one that is about a node only if the node is not.
   *
   * @throws ApiError; AppError waiting where this replica does not lead.
   */
  remove(key: StatusKey): Promise<void>;
}

/** Creates the store; it follows the cluster from `start` to `stop`. */
export function createClusterStore(options: ClusterStoreOptions): ClusterStore {
  return new FollowedCluster(options);
}

/** Kinds of which an object is about one node. They are written here, and resolution does not look at them. */
const perNodeKinds: ReadonlySet<string> = new Set<StatusKind>(["NodePtpDevice", "NodePTPDev"]);

class FollowedCluster implements ClusterStore {
  readonly name = "cluster store";
  readonly #client: ApiClient;
  readonly #log: Logger;
  readonly #reflectors: readonly Reflector<KubeObject>[];
  readonly #objects = new Map<string, ClusterObject>();
  readonly #statuses = createClusterStatuses();
  readonly #listeners = new Set<() => void>();
  readonly #statusListeners = new Set<() => void>();
  readonly #operatorNamespace: string | undefined;
  readonly #freeApplier: Applier;
  readonly #leaderApplier: Applier;
  #state: StoreState;
  #isStale = false;
  /** Resolution would see another snapshot: after a change of a kind that it looks at. */
  #isSnapshotStale = false;
  #synced = false;

  constructor(options: ClusterStoreOptions) {
    const { client, log, fence } = options;
    this.#client = client;
    this.#log = log;
    this.#operatorNamespace = options.operatorNamespace;
    this.#state = { snapshot: toSnapshot([], options.operatorNamespace), objects: new Map(), problems: [] };
    this.#freeApplier = createApplier({ client });
    this.#leaderApplier = createApplier({ client, ...(fence && { fence }) });
    // A kind that is not served tells nothing, but that settles it.
    this.#reflectors = createClusterReflectors({ ...options, failed: () => this.#announce(false) });
    for (const reflector of this.#reflectors) {
      reflector.subscribe((changes) => {
        let changed = false;
        for (const change of changes) {
          const { type, object } = change;
          // What was seen or written since is in no backup: it would count as newer for ever.
          if (isSetBack(change)) this.#forgetStatus(object);
          if (!(type === "deleted" ? this.#drop(object) : this.#take(object))) continue;
          changed = true;
          this.#isSnapshotStale ||= !perNodeKinds.has(object.kind);
        }
        this.#isStale ||= changed;
        this.#announce(changed);
        if (this.#synced) for (const listener of this.#statusListeners) listener();
      });
    }
  }

  async start(signal: AbortSignal): Promise<void> {
    for (const reflector of this.#reflectors) await reflector.start(signal);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#reflectors.map((reflector) => reflector.stop()));
  }

  synced(): boolean {
    return this.#synced;
  }

  trouble(): readonly AppError[] {
    return this.#reflectors.flatMap((reflector) => reflector.problem() ?? []);
  }

  /** Built when asked for: a thousand changes that come together cost one state. */
  state(): StoreState {
    if (this.#isStale) this.#state = this.#build();
    this.#isStale = false;
    this.#isSnapshotStale = false;
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  subscribeStatus(listener: () => void): () => void {
    this.#statusListeners.add(listener);
    return () => void this.#statusListeners.delete(listener);
  }

  regarding(key: StatusKey): KubeObject | undefined {
    return this.#statuses.regarding(key);
  }

  serves(kind: StatusKind): boolean {
    const { name } = reflectorOf(kind);
    return this.#reflectors.some((reflector) => reflector.name === name && reflector.synced());
  }

  nodeAddresses(nodeName: string): readonly string[] {
    const { addresses = [] } = this.#nodeParts(nodeName);
    const ofType = (wanted: string) => addresses.flatMap(({ type, address }) => (type === wanted ? [address] : []));
    return [...ofType("InternalIP"), ...ofType("ExternalIP")];
  }

  isNodeLost(nodeName: string): boolean {
    return this.#nodeParts(nodeName).conditions !== undefined;
  }

  #nodeParts(nodeName: string): Partial<NodeParts> {
    const nodes = this.#reflectors.find(({ name }) => name === `reflector of ${resourceName(resources.nodes)}`);
    return (nodes?.objects.get(nodeName) as AnyObject | undefined)?.["status"] ?? {};
  }

  holds(key: StatusKey, status: ObjectStatus | undefined): boolean {
    return this.#statuses.holds(key, status);
  }

  has(key: StatusKey): boolean {
    return this.#seen(key) !== undefined;
  }

  async create({ kind, namespace, name }: StatusKey): Promise<void> {
    const resource = statusResources[kind];
    const object: KubeObject = { apiVersion: apiVersionOf(resource), kind, metadata: { name, namespace } };
    await this.#freeApplier.apply(resource, object);
  }

  async remove(key: StatusKey): Promise<void> {
    const object = this.#seen(key);
    if (object === undefined || (perNodeKinds.has(key.kind) && (await this.#hasNode(key.name)))) return;
    await this.#leaderApplier.remove(statusResources[key.kind], object);
  }

  /** Asked of the API server: a watch that hangs tells for minutes of no node that has joined. */
  async #hasNode(name: string): Promise<boolean> {
    const selection = { resource: resources.nodes, fieldSelector: `metadata.name=${name}` };
    const { objects } = await listPages(this.#client, selection, { pageSize: 1 });
    return objects.length > 0;
  }

  statusOf(key: StatusKey): ObjectStatus | undefined {
    return this.#statuses.read(key);
  }

  statusKeys(): readonly StatusKey[] {
    return this.#statuses.keys();
  }

  async writeStatus(key: StatusKey, status: ObjectStatus | undefined): Promise<void> {
    if (this.holds(key, status)) return;
    const { kind, namespace, name } = key;
    const resource = statusResources[kind];
    const current = this.#currentOf(key);
    const applier = perNodeKinds.has(kind) ? this.#freeApplier : this.#leaderApplier;
    const written = await applier.applyStatus(resource, { namespace, name, status }, { current });
    // An object that is gone takes its status with it.
    if (written === undefined) this.#statuses.forget(key);
    else this.#statuses.note(key, written);
  }

  /** The object as the watch has it, unless a write since then is known: then only the server can compare. */
  #currentOf(key: StatusKey): KubeObject | undefined {
    const object = this.#seen(key);
    const { status } = (object ?? {}) as { readonly status?: unknown };
    return status === this.#statuses.read(key) ? object : undefined;
  }

  #seen({ kind, namespace, name }: StatusKey): KubeObject | undefined {
    const { name: reflectorName } = reflectorOf(kind);
    for (const reflector of this.#reflectors) {
      const object = reflector.name === reflectorName ? reflector.objects.get(keyFor(name, namespace)) : undefined;
      if (object !== undefined) return object;
    }
    return undefined;
  }

  #take(object: KubeObject): boolean {
    const key = clusterKey(object);
    if (isStatusKey(key)) this.#statuses.note(key, object);
    const text = keyText(key);
    const before = this.#objects.get(text);
    const now = foldClusterObject(object, before);
    if (now === before) return false;
    this.#objects.set(text, now);
    if (now.problem !== undefined) this.#tell(now.problem);
    return true;
  }

  #drop(object: KubeObject): boolean {
    this.#forgetStatus(object);
    return this.#objects.delete(keyText(clusterKey(object)));
  }

  #forgetStatus(object: KubeObject): void {
    const key = clusterKey(object);
    if (isStatusKey(key)) this.#statuses.forget(key);
  }

  /** Nothing is announced before everything that exists is known: half a cluster resolves to wrong configurations. */
  #announce(changed: boolean): void {
    const wasSynced = this.#synced;
    this.#synced ||= this.#reflectors.every((reflector) => reflector.synced() || isAbsent(reflector));
    if (!this.#synced || (wasSynced && !changed)) return;
    for (const listener of this.#listeners) listener();
  }

  #tell({ source, findings }: StoreProblem): void {
    for (const finding of findings.slice(0, 10)) {
      this.#log.warn("refused; the last good version stays", { source, problem: toText(finding) });
    }
  }

  #build(): StoreState {
    const objects = new Map<string, ClusterDocument>();
    const problems: StoreProblem[] = [];
    for (const [name, { document, problem }] of this.#objects) {
      if (document !== undefined) objects.set(name, document);
      if (problem !== undefined) problems.push(problem);
    }
    const snapshot = this.#isSnapshotStale
      ? toSnapshot(objects.values(), this.#operatorNamespace)
      : this.#state.snapshot;
    return { snapshot, objects, problems };
  }
}

/** Whether an object is now what it was before: the cluster was restored from a backup. */
function isSetBack({ object, previous }: Change<KubeObject>): boolean {
  const version = previous?.metadata.resourceVersion;
  return version !== undefined && isOlderVersion(object.metadata.resourceVersion ?? "", version);
}

function reflectorOf(kind: StatusKind): Pick<Reflector<KubeObject>, "name"> {
  return { name: `reflector of ${resourceName(statusResources[kind])}` };
}

/** Kinds that a cluster may do without. */
const optionalReflectors = new Set((["NodePTPCfg", "NodePTPDev"] as const).map((kind) => reflectorOf(kind).name));

/** An operator that is not allowed to read leap second lists goes without. */
const leapReflector = `reflector of ${resourceName(resources.configmaps)}`;

function isAbsent(reflector: Reflector<KubeObject>): boolean {
  const status = reflector.problem()?.status;
  if (reflector.name === leapReflector) return status === 403;
  return optionalReflectors.has(reflector.name) && status === 404;
}

function isStatusKey(key: ObjectKey): key is StatusKey {
  return key.kind in statusResources;
}
