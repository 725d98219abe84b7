/**
 * Reads the inside of a message tag: `ptp4l.0.config`, `ptp4l.0.config:6`, or with the `{level}` that linuxptp before
 * 4.0 leaves as it stands.
 */
export function parseMessageTag(tag: string): { readonly configName: string; readonly severity?: number } {
  const colon = tag.lastIndexOf(":");
  if (colon < 0) return { configName: tag };
  const suffix = tag.slice(colon + 1);
  const configName = tag.slice(0, colon);
  if (suffix === "{level}") return { configName };
  return suffix.length === 1 && suffix >= "0" && suffix <= "9"
    ? { configName, severity: Number(suffix) }
    : { configName: tag };
}
