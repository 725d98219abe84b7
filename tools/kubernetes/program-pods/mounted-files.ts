import { mkdir, rename, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { ApiClient } from "../control-plane/api-client.ts";
import type { KeySource, LabPod } from "../lab-kubelet/pod.ts";

/** Writes the ConfigMaps and Secrets a pod mounts below a folder of this machine. Throws while one is missing. */
export async function writeMountedFiles(
  api: ApiClient,
  pod: LabPod,
  dir: string,
): Promise<ReadonlyMap<string, string>> {
  const folders = new Map<string, string>();
  for (const { name, mountPath } of pod.spec.containers.flatMap(({ volumeMounts = [] }) => volumeMounts)) {
    const volume = pod.spec.volumes?.find((each) => each.name === name);
    const folder = join(dir, mountPath);
    await mkdir(folder, { recursive: true });
    folders.set(mountPath, folder);
    const files = [
      ...(await keysOf(api, pod, "configmaps", volume?.configMap)),
      ...(await keysOf(api, pod, "secrets", volume?.secret)),
    ];
    for (const [key, content] of files) await replaceFile(join(folder, key), content);
  }
  return folders;
}

/** As a kubelet does: a program that watches never reads half of a file. */
async function replaceFile(path: string, content: Buffer): Promise<void> {
  const next = join(dirname(path), `..${basename(path)}.next`);
  await writeFile(next, content, { mode: 0o600 });
  await rename(next, path);
}

async function keysOf(
  api: ApiClient,
  { metadata: { namespace } }: LabPod,
  plural: "configmaps" | "secrets",
  source: KeySource | undefined,
): Promise<readonly (readonly [key: string, content: Buffer])[]> {
  if (source === undefined) return [];
  const name = source.name ?? source.secretName ?? "";
  const object = (await api.request("GET", `/api/v1/namespaces/${namespace}/${plural}/${name}`)) as {
    readonly data?: Readonly<Record<string, string>>;
  };
  const encoding = plural === "secrets" ? "base64" : "utf8";
  return Object.entries(object.data ?? {}).map(([key, value]) => [key, Buffer.from(value, encoding)]);
}
