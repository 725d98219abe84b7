import { debianMirror } from "../../debian/debian-mirror.ts";
import { buildPrograms } from "../binaries/build-programs.ts";
import { fetchNodePrograms } from "./fetch-node-programs.ts";

// Usage: node tools/kubernetes/nodes/build-node.ts: kubelet from source, containerd, runc and CNI plugins from Debian.
const progress = (line: string): void => console.log(`kubernetes node: ${line}`);
try {
  const mirror = (): ReturnType<typeof debianMirror> => debianMirror(process.env["PTP_DEBIAN_MIRROR"]);
  const came = [...(await fetchNodePrograms({ mirror, progress })), ...(await buildPrograms(["kubelet"], progress))];
  if (came.length > 0) progress(`${came.join(", ")} are there`);
} catch (error) {
  console.error(`build-node: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
