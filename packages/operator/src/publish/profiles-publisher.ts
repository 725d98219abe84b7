import {
  createApplier,
  createReflector,
  resourcePath,
  resources,
  type ApiClient,
  type KubeObject,
  type LeaderElection,
  type Resource,
} from "@ptp/cluster";
import { messageOf, type Logger, type Part } from "@ptp/kit";
import type { Resolution } from "@ptp/resolve";
import { isDeepStrictEqual } from "node:util";
import { isOwn, ownLabels } from "../own-labels.ts";
import type { PublishStanding } from "./publish-standing.ts";
import { profilesConfigMap, profilesConfigMapName, type ProfilesData } from "./profiles-config-map.ts";

/** What the publisher needs. */
export interface ProfilesPublisherOptions {
  readonly client: Pick<ApiClient, "request" | "stream">;
  readonly namespace: string;
  /** Undefined: there are no other replicas. */
  readonly election: Pick<LeaderElection, "isLeading" | "fence"> | undefined;
  readonly last: () => { readonly resolution: Pick<Resolution, "nodes"> } | undefined;
  /** Prefix of the chart's objects, by which what this installation makes is labelled. */
  readonly operatorName: string;
  /** The profiles do not fit; undefined: they do again. Told once each. */
  readonly oversized: (reason: string | undefined) => void;
  /** The standing is another. */
  readonly changed: () => void;
  readonly log: Logger;
}

/** Keeps `ptp-configmap` for nodes that still run the existing daemon (`--publish-configmap`). */
export interface ProfilesPublisher extends Part {
  /** Something was resolved, or the lead changed. */
  touch(): void;
  /** How the ConfigMap stands, for status; undefined on replicas that do not lead. */
  standing(): PublishStanding | undefined;
}

interface ConfigMap extends KubeObject {
  readonly data?: ProfilesData;
}

const configMaps = resources.configmaps as Resource<ConfigMap>;

/** Edits that come together are one write. */
const coalesceMs = 200;
const retryMs = 5000;

/** Creates the publisher; it follows the ConfigMap, and writes it while this replica leads, only where it differs. */
export function createProfilesPublisher(options: ProfilesPublisherOptions): ProfilesPublisher {
  return new ConfigMapKeeper(options);
}

class ConfigMapKeeper implements ProfilesPublisher {
  readonly name = "publisher of ptp-configmap";
  readonly #options: ProfilesPublisherOptions;
  readonly #reflector;
  readonly #applier;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isDirty = false;
  #stopped = false;
  #isOversized = false;
  #standing: PublishStanding = { kind: "pending", message: "ptp-configmap is not compared yet" };
  /** What was last compared: touched for other reasons, nothing is worked out anew. */
  #compared: { readonly resolution: unknown; readonly current: unknown } | undefined;

  constructor(options: ProfilesPublisherOptions) {
    const { client, namespace, election, log } = options;
    this.#options = options;
    const fieldSelector = `metadata.name=${profilesConfigMapName}`;
    this.#reflector = createReflector<ConfigMap>({ client, log, namespace, resource: configMaps, fieldSelector });
    this.#reflector.subscribe(() => this.touch());
    this.#applier = createApplier({ client, ...(election && { fence: () => election.fence() }) });
  }

  start(signal: AbortSignal): Promise<void> {
    return this.#reflector.start(signal);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await Promise.all([this.#running, this.#reflector.stop()]);
  }

  touch(): void {
    this.#isDirty = true;
    if (!this.#stopped && this.#running === undefined) this.#timer ??= setTimeout(() => this.#begin(), coalesceMs);
  }

  standing(): PublishStanding | undefined {
    return this.#options.election?.isLeading() === false ? undefined : this.#standing;
  }

  #begin(): void {
    this.#timer = undefined;
    this.#isDirty = false;
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    const isDone = await this.#pass();
    this.#running = undefined;
    if (this.#stopped || (isDone && !this.#isDirty)) return;
    this.#timer = setTimeout(() => this.#begin(), isDone ? coalesceMs : retryMs);
  }

  /** Returns whether nothing is left to be tried again. */
  async #pass(): Promise<boolean> {
    const { election, last, log } = this.#options;
    const resolved = last();
    if (resolved === undefined || !this.#reflector.synced() || election?.isLeading() === false) return true;
    const { resolution } = resolved;
    const current = this.#current();
    if (this.#compared?.resolution === resolution && this.#compared.current === current) return true;
    const wanted = profilesConfigMap(resolution);
    try {
      if (wanted.fits) await this.#write(wanted.data, current);
      this.#compared = { resolution, current };
      this.#stand(
        wanted.fits
          ? { kind: "published", nodes: Object.keys(wanted.data).length }
          : { kind: "oversized", reason: wanted.reason },
      );
      return true;
    } catch (error) {
      const message = `ptp-configmap is not written; trying on: ${messageOf(error)}`;
      log.warn("ptp-configmap is not written; trying on", { error: messageOf(error) });
      this.#stand({ kind: "pending", message });
      return false;
    }
  }

  #stand(standing: PublishStanding): void {
    const { oversized, changed } = this.#options;
    if (isDeepStrictEqual(standing, this.#standing)) return;
    this.#standing = standing;
    if (standing.kind === "oversized" && !this.#isOversized) oversized(standing.reason);
    if (standing.kind === "published" && this.#isOversized) oversized(undefined);
    if (standing.kind !== "pending") this.#isOversized = standing.kind === "oversized";
    changed();
  }

  #current(): ConfigMap | undefined {
    return this.#reflector.objects.get(`${this.#options.namespace}/${profilesConfigMapName}`);
  }

  async #write(data: ProfilesData, current: ConfigMap | undefined): Promise<void> {
    const { client, namespace, election, operatorName } = this.#options;
    const names = { name: profilesConfigMapName, namespace };
    if (current !== undefined && isDeepStrictEqual(current.data ?? {}, data)) return;
    // One that the existing operator has made stays its own, and outlives this one.
    const mayLabel = current === undefined || isOwn(current, operatorName, "migration");
    const metadata = { ...names, ...(mayLabel && { labels: ownLabels(operatorName, "migration") }) };
    const written = await this.#applier.apply(
      configMaps,
      { apiVersion: "v1", kind: "ConfigMap", metadata, data },
      { force: true },
    );
    const foreign = Object.keys(written.data ?? {}).filter((nodeName) => !Object.hasOwn(data, nodeName));
    if (foreign.length === 0) return;
    // Entries that another writer left of nodes that are gone: applying removes only what was applied.
    await client.request({
      method: "PATCH",
      path: resourcePath(configMaps, names),
      contentType: "application/merge-patch+json",
      body: { data: Object.fromEntries(foreign.map((nodeName) => [nodeName, null])) },
      ...(election && { fence: () => election.fence() }),
    });
  }
}
