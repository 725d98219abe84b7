/** The upstream part of a Debian version: `4.2-1+deb13u1` is 4.2. */
export function upstreamRelease(debianVersion: string): string {
  return debianVersion.replace(/^\d+:/, "").replace(/-[^-]*$/, "");
}
