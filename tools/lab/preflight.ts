import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

/**
 * Why this machine cannot carry a lab, or undefined when it can: what a test gives to `t.skip`.
 * Asks the kernel by trying, since root in a container may lack the capabilities.
 */
export async function labMissing(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return "test hosts need root (network and mount namespaces): run as root";
  const enter = ["--net", "--mount", "--uts", "--pid", "--fork", "--kill-child", "--"];
  const trial = [
    "bash",
    "-c",
    "mount -t tmpfs tmpfs /run && ip link add name trial0 type veth peer name trial1 && setpriv --dump",
  ];
  try {
    await execute("unshare", [...enter, ...trial], { timeout: 10_000 });
    return undefined;
  } catch (error) {
    const text = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : String(error);
    return `this machine cannot make test hosts: ${text === "" ? String(error) : text}`;
  }
}
