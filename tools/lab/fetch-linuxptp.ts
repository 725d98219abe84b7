import { debianMirror } from "../debian/debian-mirror.ts";
import { fetchLinuxptp } from "./linuxptp/fetch.ts";
import { linuxptpDir, linuxptpReleases } from "./linuxptp/releases.ts";

// Usage: node tools/lab/fetch-linuxptp.ts [RELEASE…]; without arguments all supported releases.
const wantedReleases = process.argv.slice(2);
const unknown = wantedReleases.filter((name) => !linuxptpReleases.some(({ release }) => release === name));
if (unknown.length > 0) {
  const known = linuxptpReleases.map(({ release }) => release).join(", ");
  console.error(`fetch-linuxptp: no such release: ${unknown.join(", ")} (known: ${known})`);
  process.exit(2);
}
const progress = (line: string): void => console.log(`linuxptp: ${line}`);
let mirror: ReturnType<typeof debianMirror> | undefined;
const options = { progress, mirror: () => (mirror ??= debianMirror(process.env["PTP_DEBIAN_MIRROR"])) };
const wanted = linuxptpReleases.filter(
  ({ release }) => wantedReleases.length === 0 || wantedReleases.includes(release),
);
await Promise.all(
  wanted.map(async (entry) => {
    try {
      const came = await fetchLinuxptp(entry, options);
      if (came === entry.release) progress(`${came} is in ${linuxptpDir(came)}`);
      else
        progress(
          `Debian ${entry.suite} carries ${came}, not ${entry.release}: tests of ${entry.release} will be skipped`,
        );
    } catch (error) {
      console.error(`fetch-linuxptp: ${entry.release}: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
  }),
);
