import { debianMirror } from "../debian/debian-mirror.ts";
import { buildPtpsim } from "./build-ptpsim.ts";
import { fetchEmulator } from "./fetch-emulator.ts";
import { fetchKernel } from "./fetch-kernel.ts";

// Usage: node tools/vm/make-vm.ts: all that the test machine is made of, into .cache/vm.
const progress = (line: string): void => console.log(`vm: ${line}`);
let mirror: ReturnType<typeof debianMirror> | undefined;
const options = { progress, mirror: () => (mirror ??= debianMirror(process.env["PTP_DEBIAN_MIRROR"])) };
try {
  const emulator = await fetchEmulator(options);
  const kernel = await fetchKernel(options);
  await buildPtpsim(progress);
  progress(`${emulator}; Linux ${kernel} with ptpsim`);
} catch (error) {
  console.error(`make-vm: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
