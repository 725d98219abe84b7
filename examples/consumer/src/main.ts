import { runConsumer } from "./consumer.ts";
import { readOptions, usage } from "./options.ts";

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === undefined) {
    console.log(usage);
    return 0;
  }
  const ended = new AbortController();
  const end = (): void => ended.abort();
  // Each may come twice, as from a timeout(1) to a process and to its group: neither ends it in the middle of its leave.
  process.on("SIGTERM", end).on("SIGINT", end);
  await runConsumer(options, ended.signal, (line) => console.log(`${new Date().toISOString()} ${line}`));
  return 0;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(`consumer: ${error instanceof Error ? error.message : String(error)}`);
  return 1;
});
