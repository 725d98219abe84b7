import { createApiClient, createApplier, createLeaderElection, loadKubeConfig } from "@ptp/cluster";
import { silentLogger } from "@ptp/kit";
import { setTimeout as sleep } from "node:timers/promises";
import { configMap, configmaps } from "./configmaps.ts";

// Usage: node candidate.ts KUBECONFIG IDENTITY: takes part in an election and, while it leads, writes all the time.
const [kubeconfig = "", identity = ""] = process.argv.slice(2);
const client = createApiClient(loadKubeConfig({ kubeconfig }));
const election = createLeaderElection({ client, namespace: "default", name: "test", identity, log: silentLogger });
const applier = createApplier({ client, fence: () => election.fence() });
const stop = new AbortController();
election.subscribe((term) => {
  if (term === undefined) console.log("leads no more");
});
process.once("SIGTERM", () => stop.abort());
await election.start(stop.signal);
for (let count = 0; !stop.signal.aborted; count += 1) {
  const wrote = await applier.apply(configmaps, configMap("written", `${identity} ${count}`), { force: true }).then(
    () => true,
    () => false,
  );
  if (wrote) console.log(`wrote ${count}`);
  // Who is halted after a line has time to be, between two writes.
  await sleep(100);
}
await election.stop();
await client.close();
