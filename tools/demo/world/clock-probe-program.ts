import { openLinuxDatagramPort } from "../../../packages/agent/src/host/linux-datagram.ts";
import { createManagementClient } from "../../../packages/agent/src/observe/management-client.ts";
import { parsePortIdentity } from "@ptp/ptp";
import { setTimeout as sleep } from "node:timers/promises";
import type { ProbeLine } from "./clock-probe.ts";

// Usage, inside a host: node clock-probe-program.ts SOCKET DOMAIN
// Asks GET DEFAULT_DATA_SET every 5 ms and prints each change as a line of JSON, until it is killed.
const [socketPath = "", domain = ""] = process.argv.slice(2);
const sourcePortIdentity = parsePortIdentity("000000.0000.000000-4242");
if (sourcePortIdentity === undefined) throw new Error("not an identity");
const client = await createManagementClient({
  path: `/run/clock-probe.${process.pid}.socket`,
  openPort: openLinuxDatagramPort,
  sourcePortIdentity,
  onFailure: (error) => {
    throw error;
  },
});

let last = "";
for (;;) {
  const target = { socketPath, domainNumber: Number(domain) };
  const outcome = await client.get(target, "DEFAULT_DATA_SET", { timeoutMs: 100 });
  const dataSet = outcome.kind === "replies" ? outcome.replies[0]?.body : undefined;
  const text = JSON.stringify(dataSet ?? null);
  if (text !== last) console.log(JSON.stringify({ atUnixMs: Date.now(), dataSet } satisfies ProbeLine));
  last = text;
  await sleep(5);
}
