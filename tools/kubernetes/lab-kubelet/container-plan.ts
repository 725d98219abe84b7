import type { LabContainer, LabPod } from "./pod.ts";

/** How a container is run in a host. */
export interface ContainerPlan {
  /** Its arguments, variables filled in. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What says that it is ready; undefined: it is as soon as it runs. */
  readonly probe: { readonly port: number; readonly path: string; readonly periodMs: number } | undefined;
}

/** Works out how a container of a pod runs. */
export function planContainer(pod: LabPod, container: LabContainer): ContainerPlan {
  const env: Record<string, string> = {};
  for (const { name, value, valueFrom } of container.env ?? []) {
    env[name] = valueFrom?.fieldRef ? fieldOf(pod, valueFrom.fieldRef.fieldPath) : expand(value ?? "", env);
  }
  const words = [...(container.command ?? []).slice(1), ...(container.args ?? [])];
  return { args: words.map((word) => expand(word, env)), env, probe: probeOf(container) };
}

function probeOf({ readinessProbe, ports = [] }: LabContainer): ContainerPlan["probe"] {
  const { httpGet, periodSeconds = 10 } = readinessProbe ?? {};
  if (httpGet === undefined) return undefined;
  const { path = "/", port } = httpGet;
  const number = typeof port === "number" ? port : ports.find(({ name }) => name === port)?.containerPort;
  return { port: number ?? Number(port), path, periodMs: periodSeconds * 1000 };
}

/** `$(NAME)` of a variable that is known; `$$` stands for `$`. */
function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$\$|\$\(([\w.-]+)\)/g, (all, name: string | undefined) =>
    name === undefined ? "$" : (env[name] ?? all),
  );
}

/** Pods of a lab use the network of their host. */
const address = "127.0.0.1";

function fieldOf({ metadata, spec }: LabPod, path: string): string {
  const fields: Readonly<Record<string, string | undefined>> = {
    "metadata.name": metadata.name,
    "metadata.namespace": metadata.namespace,
    "metadata.uid": metadata.uid,
    "spec.nodeName": spec.nodeName,
    "spec.serviceAccountName": spec.serviceAccountName,
    "status.podIP": address,
    "status.hostIP": address,
  };
  return fields[path] ?? "";
}
