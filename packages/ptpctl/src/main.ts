#!/usr/bin/env node
import { basename } from "node:path";
import { runPtpctl } from "./run-ptpctl.ts";

async function main(): Promise<void> {
  // A reader such as head that goes early is no failure of ours.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return;
    process.exitCode = 2;
    process.stderr.write(`ptpctl: error: cannot write the result: ${error.message}\n`);
  });
  // Nobody is left to be told.
  process.stderr.on("error", () => {});
  const name = basename(process.argv[1] ?? "");
  const result = await runPtpctl(process.argv.slice(2), {
    stdin: process.stdin,
    version: process.env["PTP_VERSION"] ?? "development",
    // As a kubectl plugin it is called `kubectl ptp`.
    programName: name.startsWith("kubectl-") ? "kubectl ptp" : "ptpctl",
  });
  // Not process.exit: what a slow pipe has not taken yet would be lost.
  process.exitCode = result.exitCode;
  process.stderr.write(result.stderr);
  process.stdout.write(result.stdout);
}

main().catch((error: unknown) => {
  // 1 and 2 say something about the input; this says something about the program.
  process.exitCode = 3;
  process.stderr.write(`ptpctl: error of the program itself, please report it: ${String(error)}\n`);
  if (error instanceof Error) process.stderr.write(`${error.stack ?? ""}\n`);
});
