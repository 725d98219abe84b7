import { debianMirror } from "../debian/debian-mirror.ts";
import { buildPrograms } from "./binaries/build-programs.ts";
import { fetchEtcd } from "./binaries/fetch-etcd.ts";
import { kubernetesVersion } from "./binaries/kubernetes-version.ts";
import { controlPlanePrograms, goPackages, programDir, type GoProgram } from "./binaries/programs.ts";

// Usage: node tools/kubernetes/build-binaries.ts [PROGRAM…]; without arguments all a control plane needs, etcd too.
const isProgram = (name: string): name is GoProgram => Object.hasOwn(goPackages, name);
const names = process.argv.slice(2);
const unknown = names.filter((name) => !isProgram(name));
if (unknown.length > 0) {
  console.error(
    `build-binaries: no such program: ${unknown.join(", ")} (known: ${Object.keys(goPackages).join(", ")})`,
  );
  process.exit(2);
}
const startMs = performance.now();
const progress = (line: string): void => console.log(`kubernetes: ${line}`);
try {
  const mirror = (): ReturnType<typeof debianMirror> => debianMirror(process.env["PTP_DEBIAN_MIRROR"]);
  const etcd = await fetchEtcd({ mirror, progress: (line) => progress(`etcd: ${line}`) });
  const built = await buildPrograms(names.length > 0 ? names.filter(isProgram) : controlPlanePrograms, progress);
  if (built.length > 0) {
    const seconds = Math.round((performance.now() - startMs) / 1000);
    progress(`${built.join(", ")} ${kubernetesVersion()} and etcd ${etcd} are in ${programDir()} after ${seconds} s`);
  }
} catch (error) {
  console.error(`build-binaries: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
