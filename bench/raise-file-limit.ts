import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** For an operator with a socket and a connection for each of 5,000 nodes, and room. */
const wantedFiles = 12_000;

/** Allows this program and all it starts enough open files, or says that the large swarms will fail. */
export function raiseFileLimit(): void {
  const allowed = Number(/^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1]);
  if (allowed >= wantedFiles) return;
  try {
    execFileSync("prlimit", ["--pid", String(process.pid), `--nofile=${wantedFiles}:${wantedFiles}`], {
      stdio: "pipe",
    });
  } catch {
    console.error(`bench: only ${allowed} open files are allowed; 5,000 sessions need ${wantedFiles}: raise ulimit -n`);
  }
}
