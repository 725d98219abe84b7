import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { kubernetesMissing } from "../binaries/programs.ts";
import { ApiError, createApiClient, type ApiClient } from "./api-client.ts";
import { applyManifest } from "./apply-manifest.ts";
import { createAuditLog, type AuditLog } from "./audit.ts";
import { clientEnvironment, createClientProgram, type ClientProgram } from "./client-programs.ts";
import { createControlPrograms, type ControlPrograms } from "./control-programs.ts";
import { runFakeKubelet } from "./fake-kubelet.ts";
import { createFakeNodes } from "./fake-node.ts";
import { freePorts } from "./free-ports.ts";
import { createKubeconfigWriter, writeKubeconfig, type KubeconfigServer, type KubeconfigWriter } from "./kubeconfig.ts";
import { createPki, type Pki } from "./pki.ts";
import { requestToken, type TokenRequest } from "./service-account-token.ts";
import { createStateDir } from "./state-dir.ts";

export type { ApiClient } from "./api-client.ts";
export { ApiError } from "./api-client.ts";
export type { AuditedRequest, AuditLog } from "./audit.ts";
export type { ControlProgram } from "./control-program.ts";
export type { TokenRequest } from "./service-account-token.ts";

/** What can be chosen for a control plane. */
export interface ControlPlaneOptions {
  /** Added to the API server's words; a later flag wins over an earlier one. */
  readonly apiServerFlags?: readonly string[];
  readonly controllerManagerFlags?: readonly string[];
  /** Default true. Without it nothing is garbage collected, and namespaces have no default service account. */
  readonly controllerManager?: boolean;
  /** Default false. Without it pods stay Pending unless a test binds them. */
  readonly scheduler?: boolean;
  /** Default false: records who asked the API server for what. */
  readonly audit?: boolean;
}

/** A real Kubernetes control plane on 127.0.0.1. It ends with `close`, or with the program that made it, even by kill -9. */
export interface ControlPlane extends KubeconfigServer, KubeconfigWriter, ControlPrograms {
  /** Of this control plane alone; goes with it. Others may keep files in it too. */
  readonly dir: string;
  /** Path of the administrator's kubeconfig. */
  readonly adminKubeconfig: string;
  /** For own kubectl and helm runs: KUBECONFIG of the administrator, private caches. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of this control plane, for nodes that join it. */
  readonly pki: Pki;
  /** Plain requests as administrator. */
  readonly api: ApiClient;
  /** Undefined unless asked for. */
  readonly audit: AuditLog | undefined;
  serviceAccountToken(request: TokenRequest): Promise<string>;
  readonly kubectl: ClientProgram;
  readonly helm: ClientProgram;
  /** Server-side apply, as administrator, of a manifest file, or of objects. Returns what kubectl tells. */
  apply(manifest: string | readonly object[]): Promise<string>;
  /** Creates Ready nodes without kubelets; these labels come on top of those every node has. */
  createNodes(names: readonly string[], labels?: Readonly<Record<string, string>>): Promise<void>;
  /** Plays kubelet from now on: pods bound to a node (see `scheduler`) are Running and Ready, deleted ones vanish. */
  playKubelets(): void;
  /** Kills the API server, or with `graceMs` asks it to end first: with watches open that takes it 60 s. */
  stopApiServer(graceMs?: number): Promise<void>;
  /** Starts it again on the same port and data, and waits until it is ready. */
  startApiServer(): Promise<void>;
  /** Halts it, connections open: clients see a server that never answers. */
  pauseApiServer(): void;
  resumeApiServer(): void;
  /** Ends all programs and removes the folder. Can be called twice. */
  close(): Promise<void>;
}

/** Starts a control plane and waits until it is ready. Throws with the reason where none can be (see `kubernetesMissing`). */
export async function createControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const missing = kubernetesMissing();
  if (missing !== undefined) throw new Error(missing);
  const state = await createStateDir();
  try {
    const parts = await prepare(state.path, options);
    const plane = assemble(parts, () => state.close());
    await start(plane, options);
    return plane;
  } catch (error) {
    // Ends the programs too.
    await state.close();
    throw error;
  }
}

interface PlaneParts {
  readonly dir: string;
  readonly pki: Pki;
  readonly server: KubeconfigServer;
  readonly programs: ControlPrograms;
  readonly audit: AuditLog | undefined;
}

async function prepare(dir: string, options: ControlPlaneOptions): Promise<PlaneParts> {
  const [pki, [etcd = 0, etcdPeer = 0, apiServer = 0, controllerManager = 0, scheduler = 0]] = await Promise.all([
    createPki(join(dir, "pki")),
    freePorts(5),
  ]);
  const audit = options.audit === true ? await createAuditLog(dir) : undefined;
  const server = { url: `https://127.0.0.1:${apiServer}`, caPem: pki.authority.certificatePem };
  const programs = createControlPrograms({
    dir,
    pki,
    ports: { etcd, etcdPeer, apiServer, controllerManager, scheduler },
    apiServerFlags: [...(audit?.apiServerFlags ?? []), ...(options.apiServerFlags ?? [])],
    controllerManagerFlags: options.controllerManagerFlags ?? [],
  });
  await Promise.all([
    writeKubeconfig(join(dir, "admin.kubeconfig"), server, pki.admin),
    writeKubeconfig(join(dir, "controller-manager.kubeconfig"), server, pki.controllerManager),
    writeKubeconfig(join(dir, "scheduler.kubeconfig"), server, pki.scheduler),
  ]);
  return { dir, pki, server, programs, audit };
}

async function start(plane: ControlPlane, options: ControlPlaneOptions): Promise<void> {
  await plane.etcd.start();
  await plane.apiServer.start();
  await Promise.all([
    options.controllerManager === false ? undefined : startControllers(plane),
    options.scheduler === true ? plane.scheduler.start() : undefined,
  ]);
}

/** Controllers count as started when they have done something: pods cannot be made before this service account is. */
async function startControllers({ controllerManager, api }: ControlPlane): Promise<void> {
  await controllerManager.start();
  for (let attempt = 0; ; attempt++) {
    try {
      await api.request("GET", "/api/v1/namespaces/default/serviceaccounts/default");
      return;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404) || attempt === 2_400) throw error;
      await sleep(25);
    }
  }
}

function assemble({ dir, pki, server, programs, audit }: PlaneParts, closeState: () => Promise<void>): ControlPlane {
  const { apiServer } = programs;
  const adminKubeconfig = join(dir, "admin.kubeconfig");
  const api = createApiClient(server, pki.admin);
  const kubectl = createClientProgram("kubectl", dir, adminKubeconfig);
  const closing = new AbortController();
  let kubelets: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    closing.abort();
    api.disconnect();
    // Nothing is to be kept, so no program needs time to end in order.
    await Promise.all(Object.values(programs).map((program) => program.stop()));
    await closeState();
    await kubelets;
  };
  let closed: Promise<void> | undefined;
  return {
    ...server,
    ...programs,
    ...createKubeconfigWriter(dir, server, pki.authority),
    dir,
    pki,
    adminKubeconfig,
    environment: clientEnvironment(dir, adminKubeconfig),
    api,
    audit,
    kubectl,
    helm: createClientProgram("helm", dir, adminKubeconfig),
    serviceAccountToken: (request) => requestToken(api, request),
    apply: (manifest) => applyManifest(kubectl, manifest),
    createNodes: (names, labels) => createFakeNodes(api, names, labels),
    playKubelets: () => {
      kubelets ??= runFakeKubelet(api, closing.signal);
    },
    stopApiServer: async (graceMs) => {
      await apiServer.stop(graceMs);
      api.disconnect();
    },
    startApiServer: () => apiServer.start(),
    pauseApiServer: () => apiServer.pause(),
    resumeApiServer: () => apiServer.resume(),
    close: () => (closed ??= close()),
  };
}
