import { execFile } from "node:child_process";
import { isIPv6 } from "node:net";
import { promisify } from "node:util";
import { openCallbackServer } from "./callback-server.ts";
import { findNode } from "./find-node.ts";
import { readOptions, usage, type ConformanceOptions } from "./options.ts";
import { reportText } from "./report-text.ts";
import { allCases, runCases } from "./run-cases.ts";
import type { Producer } from "./trial.ts";

async function main(words: readonly string[]): Promise<number> {
  const options = readOptions(words);
  if (options === undefined) {
    console.log(usage);
    return 0;
  }
  const cases = allCases.filter(({ id }) => options.only.length === 0 || options.only.includes(id));
  if (cases.length === 0) throw new Error(`no case is called ${options.only.join(" or ")}`);
  const nodeName = await findNode(options.origin, options.headers, options.nodeName);
  const { callbackHost: host, callbackPort: port } = options;
  const isLocal = host === "127.0.0.1" || host === "localhost";
  const server = await openCallbackServer({
    host,
    port,
    listenHost: isLocal ? "127.0.0.1" : isIPv6(host) ? "::" : "0.0.0.0",
  });
  try {
    const results = await runCases(cases, producerOf(options, nodeName), server);
    console.log(`${options.origin.origin}, node ${nodeName}${options.legacy ? ", as the existing producer" : ""}`);
    console.log(reportText(results));
    return results.some(({ outcome }) => outcome === "fail") ? 1 : 0;
  } finally {
    await server.close();
  }
}

function producerOf({ change, ...options }: ConformanceOptions, nodeName: string): Producer {
  return {
    ...options,
    nodeName,
    ...(change !== undefined && {
      changeState: async (state) => {
        await promisify(execFile)(change, [state], { timeout: 10_000 });
      },
    }),
  };
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`conformance: ${error instanceof Error ? error.message : String(error)}`);
  return 2;
});
