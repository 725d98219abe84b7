import { spawn } from "node:child_process";
import { join } from "node:path";

// Usage: node bare-reader.ts FOLDER PTP4L_CONF
// The floor to compare an agent with: starts ptp4l and phc2sys of a folder, reads what they print, and drops it.
const [folder = "", conf = ""] = process.argv.slice(2);

for (const program of ["ptp4l", "phc2sys"]) {
  const child = spawn(join(folder, program), ["-f", conf], { stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.on("data", () => undefined);
  process.once("SIGTERM", () => child.kill());
}
