import { mkdirSync, writeFileSync } from "node:fs";

/** Seconds from the epoch of NTP to that of Unix. */
const ntpEpochS = 2_208_988_800;

/** Lays a leap second list ready that is good for a year: the machine's own has expired, and ts2phc then sets no clock. */
export function writeLeapFile(path: string): void {
  const nowS = Math.floor(Date.now() / 1000) + ntpEpochS;
  const lines = [`#$\t${nowS}`, `#@\t${nowS + 365 * 86_400}`, "3644697600\t36", "3692217600\t37", ""];
  mkdirSync("/etc/leap", { recursive: true });
  writeFileSync(path, lines.join("\n"));
}
