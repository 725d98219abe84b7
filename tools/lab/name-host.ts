import type { Host } from "./host.ts";

/** Gives names to addresses, in this host only: a file of its own lies over the hosts file. Each call names them anew. */
export async function nameHost(host: Host, namesByAddress: ReadonlyMap<string, readonly string[]>): Promise<void> {
  const lines = [
    "127.0.0.1 localhost",
    ...[...namesByAddress].map(([address, names]) => `${address} ${names.join(" ")}`),
  ];
  await host.writeFile("/run/hosts", `${lines.join("\n")}\n`);
  await host.run(["mount", "--bind", "/run/hosts", "/etc/hosts"]);
}
