import { ApiError, type ApiClient } from "../control-plane/api-client.ts";
import type { TokenRequest } from "../control-plane/service-account-token.ts";
import type { Host } from "../../lab/lab.ts";
import type { KeySource, LabPod, LabVolume } from "./pod.ts";

/** Where the contents of volumes come from. */
export interface VolumeSources {
  readonly api: ApiClient;
  readonly serviceAccountToken: (request: TokenRequest) => Promise<string>;
}

/**
 * Puts the volumes of a pod where its containers look for them, as files of the host: tokens, ConfigMaps, Secrets. Throws
 * while an object is missing that is not optional, as a kubelet waits for it.
 */
export async function projectVolumes(pod: LabPod, host: Host, sources: VolumeSources): Promise<void> {
  for (const container of pod.spec.containers) {
    for (const { name, mountPath } of container.volumeMounts ?? []) {
      const volume = pod.spec.volumes?.find((each) => each.name === name);
      // Its own state folder and sockets: the host has them already, or its program makes them.
      if (volume === undefined || volume.hostPath !== undefined) continue;
      const isEmpty = volume.configMap === undefined && volume.secret === undefined && volume.projected === undefined;
      // Only below these a host has folders of its own; scratch space elsewhere is the machine's.
      if (isEmpty && !hostFolders.test(mountPath)) continue;
      await makeFolder(host, mountPath);
      for (const [path, content] of await filesOf(volume, pod, sources)) {
        await host.writeFile(`${mountPath}/${path}`, content);
      }
    }
  }
}

const hostFolders = /^\/(run|var\/run|etc|var\/lib)\//;

/** A file system of its own, since hosts share what is not theirs; what an earlier pod left is covered. */
async function makeFolder(host: Host, path: string): Promise<void> {
  if (!hostFolders.test(path)) throw new Error(`${path} is not a place of a lab's host`);
  await host.run(["sh", "-c", 'mkdir -p "$1" && { mountpoint -q "$1" || mount -t tmpfs tmpfs "$1"; }', "make", path]);
}

type Files = readonly (readonly [path: string, content: string])[];

async function filesOf(volume: LabVolume, pod: LabPod, sources: VolumeSources): Promise<Files> {
  const { configMap, secret, projected } = volume;
  const files = [await keysOf(configMap, "configmaps", pod, sources), await keysOf(secret, "secrets", pod, sources)];
  for (const source of projected?.sources ?? []) {
    files.push(await keysOf(source.configMap, "configmaps", pod, sources));
    files.push(await keysOf(source.secret, "secrets", pod, sources));
    const { path, ...wanted } = source.serviceAccountToken ?? {};
    if (path !== undefined) files.push([[path, await tokenOf(wanted, pod, sources)]]);
  }
  return files.flat();
}

function tokenOf(
  { audience, expirationSeconds }: Pick<TokenRequest, "audience" | "expirationSeconds">,
  { metadata: { name, namespace, uid }, spec }: LabPod,
  { serviceAccountToken }: VolumeSources,
): Promise<string> {
  return serviceAccountToken({
    namespace,
    serviceAccount: spec.serviceAccountName ?? "default",
    pod: { name, uid },
    ...(audience !== undefined && { audience }),
    ...(expirationSeconds !== undefined && { expirationSeconds }),
  });
}

async function keysOf(
  source: KeySource | undefined,
  plural: "configmaps" | "secrets",
  { metadata: { namespace } }: LabPod,
  { api }: VolumeSources,
): Promise<Files> {
  if (source === undefined) return [];
  const { name = source.secretName ?? "", optional = false, items } = source;
  try {
    const object = (await api.request("GET", `/api/v1/namespaces/${namespace}/${plural}/${name}`)) as {
      readonly data?: Readonly<Record<string, string>>;
    };
    const decode = (value: string) => (plural === "secrets" ? Buffer.from(value, "base64").toString() : value);
    const data = Object.entries(object.data ?? {});
    const pathOf = (key: string) => (items === undefined ? key : items.find((item) => item.key === key)?.path);
    return data.flatMap(([key, value]) => {
      const path = pathOf(key);
      return path === undefined ? [] : [[path, decode(value)] as const];
    });
  } catch (error) {
    if (optional && error instanceof ApiError && error.status === 404) return [];
    throw error;
  }
}
