import { parseCable } from "./cable.ts";
import { createLab, type Host } from "./lab.ts";

const usage = `usage: node tools/lab/main.ts HOST:INTERFACE=HOST:INTERFACE…
Makes test hosts joined by these cables, tells how to enter them, and keeps them until Ctrl-C.
example: node tools/lab/main.ts gm:gm0=bc:bc0 bc:bc1=oc:oc0`;

async function main(words: readonly string[]): Promise<number> {
  const cables = words.flatMap((word) => parseCable(word) ?? []);
  if (words.length === 0 || cables.length < words.length) {
    console.error(usage);
    return 2;
  }
  const stopped = new Promise((resolve) => process.once("SIGINT", resolve).once("SIGTERM", resolve));
  const lab = await createLab();
  try {
    const hosts = new Map<string, Host>();
    for (const name of new Set(cables.flatMap(({ hosts }) => hosts))) hosts.set(name, await lab.host(name));
    for (const { hosts: names, interfaces } of cables) {
      const [one, other] = names.map((name) => hosts.get(name));
      if (one && other) await lab.link({ host: one, name: interfaces[0] }, { host: other, name: interfaces[1] });
    }
    if (!lab.clock.adjustable)
      console.log(`The clock stays untouched: ${lab.clock.reason}. Start programs without CAP_SYS_TIME.`);
    for (const { name, pid } of hosts.values()) console.log(`${name}: nsenter -t ${pid} -m -u -n -p bash`);
    console.log("Ctrl-C ends all of it.");
    const alive = setInterval(() => undefined, 60_000);
    await stopped;
    clearInterval(alive);
    return 0;
  } finally {
    await lab.close();
  }
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`lab: ${error instanceof Error ? error.message : String(error)}`);
  return 1;
});
