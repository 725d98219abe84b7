import { existsSync } from "node:fs";
import { join } from "node:path";

const vmDir = join(import.meta.dirname, "../../.cache/vm");

/** Where the parts of the test machine are (absolute); each folder has a file VERSION when it is complete. */
export const vmFiles = {
  dir: vmDir,
  /** QEMU with the libraries this machine lacked, and a static busybox; unpacked Debian packages. */
  emulator: join(vmDir, "emulator"),
  /** `vmlinuz`, `modules/`, and `headers/` to build modules with. */
  kernel: join(vmDir, "kernel"),
  /** `ptpsim.ko`. */
  ptpsim: join(vmDir, "ptpsim"),
  /** Console and results of the machines that ran, by name. */
  runs: join(vmDir, "runs"),
} as const;

/** Why no machine can be booted here, with the remedy; undefined: it can. */
export function vmMissing(): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") {
    return `the test machine needs Linux on x64, this is ${process.platform} on ${process.arch}`;
  }
  const missing = (["emulator", "kernel", "ptpsim"] as const).find(
    (part) => !existsSync(join(vmFiles[part], "VERSION")),
  );
  return missing && `the ${missing} of the test machine is not there: run make vm`;
}
